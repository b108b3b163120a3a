// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

/**
 * What a ratio should be.
 *
 * @param kind whether more or less is better
 * @param ratio the limit, which is still good
 */
public record Goal(Kind kind, double ratio) {

  /** On which side of the limit a ratio is good. */
  public enum Kind {
    /** The limit or more. */
    AT_LEAST,
    /** The limit or less. */
    AT_MOST
  }

  static Goal atLeast(double ratio) {
    return new Goal(Kind.AT_LEAST, ratio);
  }

  static Goal atMost(double ratio) {
    return new Goal(Kind.AT_MOST, ratio);
  }

  /** Whether a ratio is good. */
  public boolean isMetBy(double measured) {
    return kind == Kind.AT_LEAST ? measured >= ratio : measured <= ratio;
  }
}
