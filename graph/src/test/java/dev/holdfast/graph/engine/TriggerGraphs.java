// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import java.time.Duration;

/** Graphs with triggers, of the steps of {@link Calc}. */
final class TriggerGraphs {

  record Signal(String at) {}

  /** A step that is given times by the clock. */
  static final StepType<Signal, Calc.N> TICK = StepType.named("tick", Signal.class, Calc.N.class);

  private TriggerGraphs() {}

  /** Each number is counted up, then doubled; the sum of all is the output. */
  static GraphDefinition watch(String name, Duration inactiveAfter, int atOnce) {
    GraphBuilder inner = GraphDefinition.builder("each", "1");
    Source n = inner.input("n", Integer.class);
    StepBuilder up = inner.step("up", Calc.ADD).input("n", n);
    StepBuilder twice = inner.step("twice", Calc.DOUBLE).input("n", up.out("n"));
    inner.output("n", twice.out("n"));

    GraphBuilder graph = GraphDefinition.builder(name, "1");
    StepBuilder watch =
        graph
            .subGraph("watch", inner.build())
            .trigger("n")
            .atOnce(atOnce)
            .inactiveAfter(inactiveAfter);
    StepBuilder sum = graph.step("sum", Calc.SUM).input("ns", watch.out("n"));
    graph.output("n", sum.out("n"));
    return graph.build();
  }

  /** The trigger is a single step, and takes three numbers. */
  static GraphDefinition three() {
    GraphBuilder graph = GraphDefinition.builder("three", "1");
    StepBuilder watch = graph.step("watch", Calc.ADD).trigger("n").maxInputs(3);
    StepBuilder sum = graph.step("sum", Calc.SUM).input("ns", watch.out("n"));
    graph.output("n", sum.out("n"));
    return graph.build();
  }

  /** The clock gives inputs. */
  static GraphDefinition clock(Duration every, int inputs) {
    GraphBuilder graph = GraphDefinition.builder("clock", "1");
    StepBuilder tick = graph.step("tick", TICK).trigger("at").every(every).maxInputs(inputs);
    StepBuilder sum = graph.step("sum", Calc.SUM).input("ns", tick.out("n"));
    graph.output("n", sum.out("n"));
    return graph.build();
  }
}
