// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.tck.fixture.TckFixture;
import java.util.Objects;
import java.util.function.Supplier;

/** The fixture that the kit finds by its class name: that of the mutant which this thread tests. */
public final class MutantFixture extends ChangedFixture {

  private static final ThreadLocal<Supplier<TckFixture>> CURRENT = new ThreadLocal<>();

  /** Created by the kit. */
  public MutantFixture() {
    super(Objects.requireNonNull(CURRENT.get(), "no mutant").get());
  }

  /** Does something while this thread's fixture is a given one. */
  static void during(Supplier<TckFixture> fixture, Runnable work) {
    CURRENT.set(fixture);
    try {
      work.run();
    } finally {
      CURRENT.remove();
    }
  }
}
