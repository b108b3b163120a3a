// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every broken provider is noticed, by the rule that is about what is broken. */
class MutantsTest {

  @TestFactory
  Stream<DynamicTest> everyMutantIsKilled() {
    return Mutants.KILLED_BY.entrySet().stream()
        .map(mutant ->
            DynamicTest.dynamicTest(
                mutant.getKey().getSimpleName() + " is killed by " + mutant.getValue(),
                () -> expectKilled(mutant.getKey(), mutant.getValue())));
  }

  private static void expectKilled(Class<?> mutant, String ruleId) {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class, Map.of("tck.fixture", mutant.getName(), "tck.rules", ruleId));

    assertTrue(run.otherFailures().isEmpty(), () -> run.otherFailures().toString());
    assertEquals(Set.of(ruleId), run.violated());
  }
}
