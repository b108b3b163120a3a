// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instance that has ended (ENDED-01).
 *
 * @param instanceId the instance
 * @param executionId its greatest acked execution
 * @param status how that ended: {@link ExecutionStatus#COMPLETED} or {@link ExecutionStatus#FAILED}
 * @param name the name of the instance row, absent without one
 * @param lastEvent the last event of the execution; absent when it has none, or when it cannot be
 *     read (ENDED-07)
 */
public record EndedInstance(
    String instanceId,
    long executionId,
    ExecutionStatus status,
    @Nullable String name,
    @Nullable HistoryEvent lastEvent) {

  /**
   * Checks the parts.
   *
   * @throws InvalidRequest when the execution id is below 1 or the status is not one of an end
   */
  public EndedInstance {
    Objects.requireNonNull(instanceId, "instanceId");
    Checks.atLeastOne("EndedInstance", "executionId", executionId);
    if (!isEnd(status)) {
      throw new InvalidRequest(
          "EndedInstance",
          "status is %s; an instance that goes on has not ended".formatted(status));
    }
  }

  /**
   * Whether an instance has ended whose greatest execution has this status.
   *
   * @param status the status
   * @return true for {@link ExecutionStatus#COMPLETED} and {@link ExecutionStatus#FAILED}
   */
  public static boolean isEnd(ExecutionStatus status) {
    return switch (status) {
      case COMPLETED, FAILED -> true;
      case RUNNING, CONTINUED_AS_NEW -> false;
    };
  }
}
