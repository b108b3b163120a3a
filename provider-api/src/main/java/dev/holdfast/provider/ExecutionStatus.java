// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * The state of an execution. A provider stores it and attaches no behaviour to it beyond the
 * completion time.
 */
public enum ExecutionStatus {
  /** Not ended. Every execution begins like this (MULTI-06). */
  RUNNING,
  /** Ended with an output. */
  COMPLETED,
  /** Ended with an error, cancellation and termination included. */
  FAILED,
  /** Ended by starting the next execution of the same instance. */
  CONTINUED_AS_NEW;

  /**
   * {@return whether the execution has ended, and so has a completion time (MULTI-07): false for
   * {@link #RUNNING} only}
   */
  public boolean isEnded() {
    return this != RUNNING;
  }
}
