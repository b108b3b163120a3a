// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * The reference with a counter: each number is at once so many statements, commits, round trips and
 * rows. A mutant says what it counts.
 */
final class CountedFixture extends ChangedFixture {

  private final BiFunction<Provider, AtomicLong, Provider> counting;

  /** Counts what a handle says, given the right one and the counter of its store. */
  CountedFixture(BiFunction<Provider, AtomicLong, Provider> counting) {
    super(new ReferenceFixture());
    this.counting = counting;
  }

  @Override
  public TestStore freshStore(String purpose) {
    AtomicLong count = new AtomicLong();
    return new ChangedStore(super.freshStore(purpose)) {
      @Override
      public Optional<StatementCounter> statements() {
        return Optional.of(
            new StatementCounter() {
              @Override
              public Traffic soFar() {
                long n = count.get();
                return new Traffic(n, n, n, n);
              }

              @Override
              public boolean overNetwork() {
                return true;
              }
            });
      }

      @Override
      protected Provider handle(Provider right) {
        return counting.apply(right, count);
      }
    };
  }
}
