// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One delivery, as a {@link WorkerListener} sees it. The same words are in the MDC while it is
 * processed, under the names of the constants.
 *
 * @param kind whether it is a turn or an activity
 * @param instanceId the instance
 * @param executionId its execution, from 1
 * @param name the name of the orchestration or activity; null for an instance that has none
 * @param activityId the activity in its execution; null for a turn
 * @param deliveries which delivery this is since the last stored result, from 1
 */
public record Work(
    Kind kind,
    String instanceId,
    long executionId,
    @Nullable String name,
    @Nullable Long activityId,
    int deliveries) {

  /** The key of the instance's id in the MDC. */
  public static final String MDC_INSTANCE = "holdfast.instance";

  /** The key of the execution in the MDC. */
  public static final String MDC_EXECUTION = "holdfast.execution";

  /** The key of the name of the orchestration or activity in the MDC. */
  public static final String MDC_NAME = "holdfast.name";

  /** The key of the activity's id in the MDC. */
  public static final String MDC_ACTIVITY = "holdfast.activity";

  /** The key of the number of the delivery in the MDC. */
  public static final String MDC_DELIVERY = "holdfast.delivery";

  /** The key of the trace's id in the MDC, where an engine traces. */
  public static final String MDC_TRACE = "trace_id";

  /** What is delivered. */
  public enum Kind {
    /** An instance with its messages. */
    TURN,
    /** An activity. */
    ACTIVITY
  }

  /** Checks that the parts are there. */
  public Work {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(instanceId, "instanceId");
  }
}
