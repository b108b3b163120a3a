// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

/** Names of broken providers, for tests of other packages. */
public final class BrokenProviders {

  /** Loses messages that came during a lock. */
  public static final String MERGES_MESSAGES = Mutants.MergesMessages.class.getName();

  private BrokenProviders() {}
}
