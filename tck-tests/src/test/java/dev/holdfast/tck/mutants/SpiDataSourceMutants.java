// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.mutants.Lending.Habit;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.List;
import java.util.Optional;

/** Connections of the caller that do not come back as they were. */
final class SpiDataSourceMutants {

  private SpiDataSourceMutants() {}

  static List<Mutant> all() {
    return new Family("SPI")
        .fixture(
            "gives-back-with-auto-commit-off",
            "A connection of the caller is given back with auto-commit off.",
            "SPI-13: nobody switches it on again",
            () -> lending(Habit.LEAVES_AUTO_COMMIT_OFF))
        .fixture(
            "gives-back-with-auto-commit-off-after-failures",
            "After a failure a connection of the caller is given back with auto-commit off.",
            "SPI-13: it is switched on behind the commit and not on every way out",
            () -> lending(Habit.LEAVES_AUTO_COMMIT_OFF_AFTER_FAILURES))
        .fixture(
            "gives-back-with-another-isolation-level",
            "A connection of the caller is given back with another isolation level.",
            "SPI-13: the level is that of the session",
            () -> lending(Habit.LEAVES_THE_ISOLATION_LEVEL))
        .fixture(
            "gives-back-with-another-schema",
            "A connection of the caller is given back with another schema.",
            "SPI-13: the search path is that of the session",
            () -> lending(Habit.LEAVES_THE_SCHEMA))
        .fixture(
            "keeps-a-connection-of-the-caller",
            "A connection of the caller is not given back when the handle is closed.",
            "SPI-13: a listener that is not ended",
            () -> lending(Habit.KEEPS_ONE))
        .fixture(
            "closes-the-data-source-of-the-caller",
            "Closing a handle closes the data source that the caller supplied.",
            "SPI-11: it happens to be closeable",
            () -> lending(Habit.CLOSES_THE_SOURCE))
        .mutants();
  }

  /** The reference behind a data source. */
  static TckFixture lending(Habit habit) {
    return new ChangedFixture(new ReferenceFixture()) {
      @Override
      public TestStore freshStore(String purpose) {
        TestStore store = super.freshStore(purpose);
        return new ChangedStore(store) {
          @Override
          public Optional<ProviderConfig> configWithDataSource() {
            return Optional.of(Lending.config(store::open, habit));
          }
        };
      }
    };
  }
}
