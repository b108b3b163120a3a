// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules about data sources that the reference has no use for. */
class LendingTest {

  @Test
  void nothingIsFoundWhereConnectionsComeBackAsTheyWere() {
    MutantRun run =
        MutantRun.of(() -> SpiDataSourceMutants.lending(Lending.Habit.RIGHT), "SPI-11,SPI-13");

    assertEquals(Map.of(), run.failed());
    assertEquals(List.of(), run.otherFailures());
    assertEquals(Set.of("SPI-11", "SPI-13"), run.ran());
  }
}
