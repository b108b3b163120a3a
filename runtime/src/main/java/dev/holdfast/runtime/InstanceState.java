// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/** The state of an instance. */
public enum InstanceState {
  /** It was not started. */
  NOT_FOUND,
  /** It was started, and nothing of its first turn is stored yet. */
  PENDING,
  /** Its first turn is stored, and it has not ended. */
  RUNNING,
  /** It ended with an output. */
  COMPLETED,
  /** It ended with a failure. */
  FAILED,
  /** It ended because it was asked to cancel. */
  CANCELLED;

  /**
   * {@return whether the instance has ended: true for {@link #COMPLETED}, {@link #FAILED} and
   * {@link #CANCELLED}}
   */
  public boolean isEnded() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
