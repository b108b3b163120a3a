// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.time.Duration;

/**
 * How one test of a rule ended.
 *
 * @param ruleId the rule
 * @param test the test, such as {@code LockRules.aTokenIsGoodForItsOwnLockOnly}
 * @param status how it ended
 * @param detail what was missing, or the whole text of the failure; empty when it passed
 * @param took how long it took
 * @param onTheWay whether it failed by something that other tests are about
 */
public record TestResult(
    String ruleId, String test, RuleStatus status, String detail, Duration took, boolean onTheWay) {

  /** The result of a test that did not fail on its way. */
  public TestResult(String ruleId, String test, RuleStatus status, String detail, Duration took) {
    this(ruleId, test, status, detail, took, false);
  }
}
