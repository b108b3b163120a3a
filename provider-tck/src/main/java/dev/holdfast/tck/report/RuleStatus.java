// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

/** How a rule, or one test of it, ended. */
public enum RuleStatus {
  /** It was measured and holds. */
  PASSED("passed"),
  /** It was measured and does not hold. */
  FAILED("failed"),
  /** It was measured and does not hold, and a waiver says so. */
  WAIVED("waived"),
  /** A rule about the fixture during which a call of the provider failed. Counts as violated. */
  PROVIDER_FAILED("provider failed"),
  /** The fixture failed meanwhile, so that nothing can be said. Never a pass. */
  FIXTURE_FAILED("fixture failed"),
  /** Something that it needs was not offered, or the kit has no test for it. Never a pass. */
  NOT_MEASURED("not measured"),
  /** It is about a feature that the provider does not declare. */
  NOT_DECLARED("not declared"),
  /** It is about something that this kind of store cannot have. */
  NOT_APPLICABLE("not applicable"),
  /** It was not part of this run. */
  NOT_RUN("not run");

  private final String words;

  RuleStatus(String words) {
    this.words = words;
  }

  /**
   * The status in words.
   *
   * @return the words
   */
  public String words() {
    return words;
  }

  /**
   * Whether the rule was measured at all.
   *
   * @return true when it passed, failed or was waived
   */
  public boolean isMeasured() {
    return this == PASSED || this == FAILED || this == WAIVED;
  }

  /**
   * Whether the rule says something about this provider and its kind of store.
   *
   * @return false when it is not declared or not applicable
   */
  public boolean concerns() {
    return this != NOT_DECLARED && this != NOT_APPLICABLE;
  }
}
