// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/** There is no run of this id, and none is on its way. */
public final class RunNotFoundException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   */
  public RunNotFoundException(String runId) {
    super(runId, "there is no run \"%s\"; start it, or look at the id".formatted(runId), null);
  }
}
