// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/** The awaited run was cancelled. */
public final class RunCancelledException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param reason why it was cancelled
   */
  public RunCancelledException(String runId, String reason) {
    super(runId, "run \"%s\" was cancelled: %s".formatted(runId, reason), null);
  }
}
