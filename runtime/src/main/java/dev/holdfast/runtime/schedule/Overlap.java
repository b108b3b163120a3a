// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

/** What a schedule does when a run is due while an earlier one has not ended. */
public enum Overlap {
  /** The run that is due is left out. */
  SKIP,
  /**
   * The run that is due waits, and starts when the earlier ones have ended. At most 100 runs wait;
   * more are left out.
   */
  QUEUE,
  /** The run that is due starts beside the others. At most 1000 run at once; more are left out. */
  ALLOW
}
