// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

/** Types that are the library's own. */
public final class Reserved {

  /** What they all begin with. */
  public static final String PREFIX = "holdfast.";

  /** Says that an earlier event of its stream does not count any more (ES-11). */
  public static final String INVALIDATED = PREFIX + "invalidated";

  /** Says that a migration went from one phase to another (ES-34). */
  public static final String PHASE = PREFIX + "phase";

  private Reserved() {}
}
