// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

/** What to do with a stored event whose type is not registered (ES-09). */
public enum UnknownTypes {
  /** Pass over it: it changes no state. */
  IGNORE,
  /** Fail with {@link UnknownEventTypeException}. */
  FAIL,
  /**
   * Set it aside with all later ones of its stream: what was before it can be read, and nothing is
   * built upon it.
   */
  PARK
}
