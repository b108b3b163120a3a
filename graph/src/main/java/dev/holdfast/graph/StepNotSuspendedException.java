// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.StepStatus;
import org.jspecify.annotations.Nullable;

/** The state of a step was to be changed, or the step to be resumed, and it is not suspended. */
public final class StepNotSuspendedException extends GraphException {

  private static final long serialVersionUID = 1L;

  private final String stepId;
  private final @Nullable StepStatus status;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param stepId the id of the step's row
   * @param status its status, null when it has no row
   */
  public StepNotSuspendedException(String runId, String stepId, @Nullable StepStatus status) {
    super(
        runId,
        "step \"%s\" of run \"%s\" %s; only a suspended one has a state to change"
            .formatted(stepId, runId, status == null ? "has not begun" : "is " + status.label()),
        null);
    this.stepId = stepId;
    this.status = status;
  }

  /** {@return the id of the step's row} */
  public String stepId() {
    return stepId;
  }

  /** {@return the status that it was found in, null when it has no row} */
  public @Nullable StepStatus status() {
    return status;
  }
}
