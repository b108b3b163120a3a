// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

/**
 * Something that the audit found wrong.
 *
 * @param kind what sort of thing
 * @param subject what it is about, such as a run with its step
 * @param detail what is wrong
 */
public record Finding(Kind kind, String subject, String detail) {

  /** The sorts of findings. */
  public enum Kind {
    /** Something has not ended. */
    STUCK,
    /** It did not end as it should, or its effect is missing. */
    LOST,
    /** Something has happened twice. */
    TWICE,
    /** Something is other than it should be, or should not be at all. */
    WRONG
  }

  @Override
  public String toString() {
    return subject + ": " + detail;
  }
}
