// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/** How an instance stands. */
public enum InstanceState {
  /** The store knows nothing of it, or the store cannot tell and it has not begun. */
  NOT_FOUND,
  /** Something is queued for it, and it has not begun; seen only where the store offers it. */
  PENDING,
  /** It has begun and not ended. */
  RUNNING,
  /** It ended with an output. */
  COMPLETED,
  /** It ended with a failure. */
  FAILED,
  /** It ended because it was asked to cancel. */
  CANCELLED;

  /**
   * Whether nothing happens any more.
   *
   * @return true for {@link #COMPLETED}, {@link #FAILED} and {@link #CANCELLED}
   */
  public boolean isEnded() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
