// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.tck.fixture.TckFixture;
import java.util.function.Supplier;

/**
 * A provider, or a fixture, that is broken in one way.
 *
 * @param name its name
 * @param family the rules that have to notice
 * @param what what is broken, in one sentence
 * @param origin where it happened, or which rule it violates
 * @param fixture makes a fixture that opens it
 */
record Mutant(
    String name, String family, String what, String origin, Supplier<TckFixture> fixture) {

  /** The readable form, such as {@code LOCK acks-with-any-token}. */
  @Override
  public String toString() {
    return family + " " + name;
  }
}
