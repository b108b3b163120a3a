// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import java.util.Objects;

/**
 * Where the messages of a stream go. Immutable.
 *
 * @param stream the name that the sender sends under
 * @param stepId the id of the receiver's row
 * @param port the name that the receiver receives under
 * @param capacity how many messages may wait before the sender has to
 */
public record StreamTarget(String stream, String stepId, String port, int capacity) {

  /** Requires the names. */
  public StreamTarget {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(stepId, "stepId");
    Objects.requireNonNull(port, "port");
  }
}
