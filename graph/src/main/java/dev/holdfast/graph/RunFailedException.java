// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/** The awaited run has failed. It can be restarted from its failed steps. */
public final class RunFailedException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param error why it has failed
   */
  public RunFailedException(String runId, String error) {
    super(runId, "run \"%s\" has failed: %s".formatted(runId, error), null);
  }
}
