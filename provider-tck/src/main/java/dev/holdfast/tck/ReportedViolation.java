// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import org.opentest4j.TestAbortedException;

/**
 * Ends a test whose rule does not hold and does not fail the run for it: the rule is a SHOULD, or a
 * waiver names it. The report has the violation.
 */
public final class ReportedViolation extends TestAbortedException {
  private static final long serialVersionUID = 1L;

  private final RuleViolation violation;

  /**
   * Creates the end of a test.
   *
   * @param why why the run does not fail
   * @param violation what was found out
   */
  public ReportedViolation(String why, RuleViolation violation) {
    super(why + "\n" + violation.getMessage(), violation);
    this.violation = violation;
  }

  /**
   * What was found out.
   *
   * @return the violation
   */
  public RuleViolation violation() {
    return violation;
  }
}
