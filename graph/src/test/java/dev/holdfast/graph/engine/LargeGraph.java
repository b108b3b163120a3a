// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;

/** A graph whose outputs have the output of its one step twice. */
final class LargeGraph {

  record Text(String text) {}

  static final StepType<Calc.N, Text> MAKE = StepType.named("make", Calc.N.class, Text.class);

  static final GraphDefinition GRAPH = graph();

  private LargeGraph() {}

  private static GraphDefinition graph() {
    GraphBuilder graph = GraphDefinition.builder("large", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder make = graph.step("make", MAKE).input("n", n);
    graph.output("one", make.out("text"));
    graph.output("two", make.out("text"));
    return graph.build();
  }
}
