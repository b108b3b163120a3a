// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

/**
 * A group of rules with a page of its own.
 *
 * @param id what stands before the dash in the rules' ids
 * @param title what it is about
 * @param level the level that its rules belong to
 * @param page the file under {@code docs/spec}
 */
public record Family(String id, String title, Level level, String page) {

  /** The family whose rules judge the fixture and not the provider. */
  public static final String OF_THE_FIXTURE = "FIX";

  /**
   * Whether the rules judge the fixture and not the provider.
   *
   * @return true when they do
   */
  public boolean isOfTheFixture() {
    return id.equals(OF_THE_FIXTURE);
  }
}
