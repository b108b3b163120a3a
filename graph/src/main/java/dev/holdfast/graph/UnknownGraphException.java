// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

/** What was asked for needs the definition of a run's graph, and it is not known here. */
public final class UnknownGraphException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param graph the name of its definition
   * @param version the version of its definition
   */
  public UnknownGraphException(String runId, String graph, String version) {
    super(
        runId,
        ("the definition of run \"%s\", graph %s %s, is not known here; give it to the client, or"
                + " register it")
            .formatted(runId, graph, version),
        null);
  }
}
