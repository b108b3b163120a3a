// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Thrown once inside an orchestration that was asked to cancel, at its next wait, and where a
 * client awaits an instance that ended by cancellation.
 *
 * <p>An orchestration that lets it through ends as cancelled. One that catches it may compensate
 * with further activities, and then throw it on or end in another way.
 */
public final class OrchestrationCancelledException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;
  private final @Nullable String reason;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param reason why it was cancelled, or null
   */
  public OrchestrationCancelledException(String instanceId, @Nullable String reason) {
    super(
        "instance \"%s\" was cancelled%s"
            .formatted(instanceId, reason == null ? "" : ": " + reason));
    this.instanceId = instanceId;
    this.reason = reason;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }

  /** {@return why it was cancelled: the reason that was given with the request, or null} */
  public @Nullable String reason() {
    return reason;
  }
}
