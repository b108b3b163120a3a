// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Objects;

/** What a step does. Immutable. */
public sealed interface StepBody {

  /**
   * Code that a worker has for a step type.
   *
   * @param type the name of the step type
   */
  record Task(String type) implements StepBody {

    /** Requires the name. */
    public Task {
      Objects.requireNonNull(type, "type");
    }
  }

  /**
   * A graph inside the graph: its steps are steps of the same run, with the id of this step before
   * theirs ({@code part/classify}).
   *
   * @param graph its definition
   */
  record SubGraph(GraphDefinition graph) implements StepBody {

    /** Requires the definition. */
    public SubGraph {
      Objects.requireNonNull(graph, "graph");
    }
  }
}
