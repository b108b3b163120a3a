// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import org.opentest4j.TestAbortedException;

/**
 * Ends a test that cannot measure its rule, because something it needs is not offered (FIX-09).
 * Never a pass.
 */
public final class NotMeasured extends TestAbortedException {
  private static final long serialVersionUID = 1L;

  private final FixturePart part;
  private final String detail;
  private final String reason;

  /**
   * Creates the end of a test.
   *
   * @param part what is missing
   */
  public NotMeasured(FixturePart part) {
    this(part, "");
  }

  /**
   * Creates the end of a test.
   *
   * @param part what is missing
   * @param detail which one of them, or empty
   */
  public NotMeasured(FixturePart part, String detail) {
    super("not measured: needs " + part + (detail.isEmpty() ? "" : " (" + detail + ")"));
    this.part = part;
    this.detail = detail;
    this.reason = "needs " + part + (detail.isEmpty() ? "" : " (" + detail + ")");
  }

  /**
   * What is missing.
   *
   * @return the part
   */
  public FixturePart part() {
    return part;
  }

  /**
   * Which one of them.
   *
   * @return the detail, empty when the part says it all
   */
  public String detail() {
    return detail;
  }

  /**
   * Why the rule was not measured.
   *
   * @return what it needs, in words
   */
  public String reason() {
    return reason;
  }
}
