// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A graph that cannot run, with all that is wrong with it. */
public final class InvalidGraphException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<GraphProblem> problems;

  /**
   * Creates the exception.
   *
   * @param graph the name and version of the graph, or where it was read from
   * @param problems what is wrong, at least one thing
   */
  public InvalidGraphException(String graph, List<GraphProblem> problems) {
    super(
        "graph %s has %s:\n%s"
            .formatted(
                graph,
                problems.size() == 1 ? "a problem" : problems.size() + " problems",
                problems.stream()
                    .map(problem -> "  - " + problem)
                    .collect(Collectors.joining("\n"))));
    this.problems = List.copyOf(problems);
  }

  /** {@return what is wrong, at least one thing} */
  public List<GraphProblem> problems() {
    return problems;
  }
}
