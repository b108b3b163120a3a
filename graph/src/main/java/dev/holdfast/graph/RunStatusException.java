// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.RunStatus;

/** What was asked for is not possible in the status that the run is in. */
public final class RunStatusException extends GraphException {

  private static final long serialVersionUID = 1L;

  private final RunStatus status;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param status its status
   * @param message what is not possible, and what is
   */
  public RunStatusException(String runId, RunStatus status, String message) {
    super(runId, "run \"%s\" is %s: %s".formatted(runId, status.label(), message), null);
    this.status = status;
  }

  /** {@return the status that the run was found in} */
  public RunStatus status() {
    return status;
  }
}
