// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import java.time.Duration;

/** A graph of two steps that several processes do together. */
final class TracedGraph {

  record Amount(int cents) {}

  static final StepType<Amount, Amount> CHARGE =
      StepType.named("charge", Amount.class, Amount.class);

  static final GraphDefinition ORDER = order();

  private TracedGraph() {}

  private static GraphDefinition order() {
    GraphBuilder graph = GraphDefinition.builder("order", "1");
    StepBuilder first =
        graph.step("first", CHARGE).input("cents", graph.input("cents", Integer.class));
    StepBuilder second =
        graph
            .step("second", CHARGE)
            .input("cents", first.out("cents"))
            .retry(RetryPolicy.attempts(2).withFirstDelay(Duration.ofMillis(1)));
    graph.output("cents", second.out("cents"));
    return graph.build();
  }
}
