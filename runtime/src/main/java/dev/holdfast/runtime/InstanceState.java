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
  /** It has not ended, and none of its code runs until it is resumed. */
  SUSPENDED,
  /** It ended with an output. */
  COMPLETED,
  /** It ended with a failure. */
  FAILED,
  /** It ended because it was asked to cancel. */
  CANCELLED,
  /** It was ended from outside, without its code. */
  TERMINATED;

  /**
   * {@return whether the instance has ended: true for {@link #COMPLETED}, {@link #FAILED}, {@link
   * #CANCELLED} and {@link #TERMINATED}}
   */
  public boolean isEnded() {
    return this == COMPLETED || this == FAILED || this == CANCELLED || this == TERMINATED;
  }
}
