// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.runtime.Failure;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker gets to know about an activity beyond its identity. Component names are part of the
 * stored form: add, never rename.
 *
 * @param attempt the attempt by the retry policy, from 1
 * @param firstId the event id of the first attempt
 * @param input the input
 * @param next what happens when this attempt fails, absent when it is the last one, or its instance
 *     was retried; for people
 * @param heartbeatTimeout how long its code may be silent, absent for any time
 * @param trace the context of the turn that scheduled it, absent where nothing is traced
 * @param retried whether its instance was retried, without code that knows what happens next;
 *     absent for no
 */
public record TaskInput(
    int attempt,
    long firstId,
    Json input,
    @Nullable Next next,
    @Nullable Duration heartbeatTimeout,
    @Nullable String trace,
    @Nullable Boolean retried) {

  /** One of a call that its code has just made. */
  public TaskInput(
      int attempt,
      long firstId,
      Json input,
      @Nullable Next next,
      @Nullable Duration heartbeatTimeout,
      @Nullable String trace) {
    this(attempt, firstId, input, next, heartbeatTimeout, trace, null);
  }

  /** One that is not traced. */
  public TaskInput(
      int attempt,
      long firstId,
      Json input,
      @Nullable Next next,
      @Nullable Duration heartbeatTimeout) {
    this(attempt, firstId, input, next, heartbeatTimeout, null, null);
  }

  /**
   * The attempt that follows a failure.
   *
   * @param attempts how many attempts there may be
   * @param delay how long it waits
   * @param except names of exceptions that are not tried again
   * @param conditional whether the policy has more conditions; absent for no
   */
  public record Next(
      int attempts, Duration delay, @Nullable Set<String> except, @Nullable Boolean conditional) {

    /** {@return whether it may be that it does not follow for reasons that are not here} */
    public boolean isConditional() {
      return conditional != null && conditional;
    }

    /** {@return whether it follows a failure that is retryable as such} */
    public boolean follows(Failure failure) {
      return except == null || !failure.isOneOf(except);
    }
  }
}
