// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

/**
 * An engine that is broken in one way.
 *
 * @param name its name
 * @param what what is broken, in one sentence
 * @param tests the class of tests on SQLite that has to notice
 * @param killer the test that has to notice
 * @param tampering what breaks it
 */
record EngineMutant(String name, String what, Class<?> tests, String killer, Tampering tampering) {

  @Override
  public String toString() {
    return name;
  }
}
