// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/** A run of this id was started before, as a run of another graph or with other inputs. */
public final class RunExistsException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param cause what the store said
   */
  public RunExistsException(String runId, Throwable cause) {
    super(
        runId,
        ("run \"%s\" was started before, as a run of another graph or with other inputs; choose"
                + " another id")
            .formatted(runId),
        cause);
  }
}
