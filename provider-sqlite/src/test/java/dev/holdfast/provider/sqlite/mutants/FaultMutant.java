// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.tck.fixture.TckFixture;
import java.util.function.Supplier;

/**
 * This provider with something wrong between it and its driver or its caller.
 *
 * @param name its name
 * @param rules rules that all have to notice, separated by commas
 * @param what what is broken, in one sentence
 * @param fixture makes a fixture that opens it
 */
record FaultMutant(String name, String rules, String what, Supplier<TckFixture> fixture) {
  /** The readable form, such as {@code CRASH-06 a-failed-commit-is-taken-for-done}. */
  @Override
  public String toString() {
    return rules + " " + name;
  }
}
