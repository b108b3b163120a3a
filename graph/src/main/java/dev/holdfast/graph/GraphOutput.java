// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.List;
import java.util.Objects;

/**
 * An output of a graph: the value of the first of its sources that is there at the end, and absent
 * when none is. Immutable.
 *
 * @param name its name, unique among the outputs
 * @param type what passes
 * @param sources where the value comes from, at least one
 */
public record GraphOutput(String name, PortType type, List<Source> sources) {

  /** Requires and copies the parts; whether they fit is said when a graph is checked. */
  public GraphOutput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    sources = List.copyOf(sources);
  }
}
