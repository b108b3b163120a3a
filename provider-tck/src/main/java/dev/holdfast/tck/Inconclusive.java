// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import org.opentest4j.TestAbortedException;

/**
 * Ends a test that ran and found nothing wrong, and saw too little to say that its rule holds: a
 * machine was too busy, chance led elsewhere. Its rule is not measured. Never a pass, and never a
 * violation.
 */
public final class Inconclusive extends TestAbortedException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * Creates the end of a test.
   *
   * @param reason what there was too little of
   */
  public Inconclusive(String reason) {
    super("not measured: " + reason);
    this.reason = reason;
  }

  /**
   * Why the rule was not measured.
   *
   * @return what there was too little of
   */
  public String reason() {
    return reason;
  }
}
