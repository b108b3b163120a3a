// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

/** What a run says about a provider, or about one level. */
public enum Verdict {
  /** Every MUST rule that the kit can test was measured and holds. */
  CONFORMANT("conformant", 0),
  /** A level that the provider does not declare, and of which nothing is violated. */
  NOT_DECLARED("not declared", 0),
  /**
   * What was measured holds, but rules were waived, could not be measured, or were not asked for.
   */
  PARTIAL("partial", 0),
  /** Too little was measured to say anything. */
  NOT_MEASURED("not measured", 3),
  /** The run goes on, or was killed; no verdict has been reached. */
  NOT_FINISHED("not finished", 3),
  /** A MUST rule does not hold. */
  VIOLATED("violated", 1),
  /** Fixture, waivers or settings are wrong; nothing is said about the provider. */
  MISCONFIGURED("misconfigured", 2);

  private final String words;
  private final int exitCode;

  Verdict(String words, int exitCode) {
    this.words = words;
    this.exitCode = exitCode;
  }

  /**
   * The verdict in words.
   *
   * @return the words
   */
  public String words() {
    return words;
  }

  /**
   * With which code a program ends that has this verdict.
   *
   * @return the code
   */
  public int exitCode() {
    return exitCode;
  }
}
