// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of an activity that a test has seen.
 *
 * @param <I> the input type
 * @param activity the activity's name
 * @param instanceId the instance that called it
 * @param executionId its execution, from 1
 * @param eventId the event of the call's first attempt; calls of one execution ascend by it
 * @param attempt the attempt by the retry policy of the call, from 1
 * @param input the input
 * @param at the virtual moment at which it began
 */
public record ActivityCall<I extends @Nullable Object>(
    String activity,
    String instanceId,
    long executionId,
    long eventId,
    int attempt,
    I input,
    Instant at) {

  /**
   * By time; at one moment by instance, execution and event. What runs side by side has an order of
   * its own so that a test sees the same one each time.
   */
  static final Comparator<ActivityCall<?>> ORDER =
      Comparator.<ActivityCall<?>, Instant>comparing(ActivityCall::at)
          .thenComparing(ActivityCall::instanceId)
          .thenComparingLong(ActivityCall::executionId)
          .thenComparingLong(ActivityCall::eventId)
          .thenComparingInt(ActivityCall::attempt);
}
