// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

/** A run was begun with another definition of the same name and version. */
final class OtherGraphException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OtherGraphException(String runId, String graph, String version) {
    super(
        ("run \"%s\" was begun with another graph %s %s than the one here; give a changed graph"
                + " another version, and register both until the last run of the old one has ended")
            .formatted(runId, graph, version));
  }
}
