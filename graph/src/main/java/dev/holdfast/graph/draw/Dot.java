// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.draw.Arrows.Arrow;
import dev.holdfast.graph.draw.Arrows.End;
import dev.holdfast.provider.state.StepStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Graphs in the language of Graphviz. */
public final class Dot {

  private final StringBuilder out = new StringBuilder();
  private final Boxes boxes;
  private int next;

  private Dot(Map<String, StepState> states) {
    boxes = new Boxes(states);
  }

  /**
   * Draws a graph.
   *
   * @param graph the graph
   * @return the text of a digraph
   */
  public static String of(GraphDefinition graph) {
    return of(graph, Map.of());
  }

  /**
   * Draws a graph with where the steps of a run stand. Of a step that is done for each, one box
   * stands for all elements, and counts them.
   *
   * @param graph the graph
   * @param states by ids of rows; steps without one are drawn plainly
   * @return the text of a digraph
   */
  public static String of(GraphDefinition graph, Map<String, StepState> states) {
    Dot dot = new Dot(states);
    dot.line("", "digraph " + quote(graph.name() + " " + graph.version()) + " {");
    dot.line("  ", "node [shape=box, style=\"rounded,filled\", fillcolor=white];");
    dot.graph(graph, "", "  ");
    dot.line("", "}");
    return dot.out.toString();
  }

  private void graph(GraphDefinition graph, String path, String indent) {
    Map<End, String> ids = new HashMap<>();
    for (Port input : graph.inputs()) {
      ids.put(new End.In(input.name()), port(input.name(), indent));
    }
    for (StepDefinition step : graph.steps()) {
      String id = "n" + ++next;
      ids.put(new End.Step(step.id()), id);
      step(step, id, path, indent);
    }
    for (GraphOutput output : graph.outputs()) {
      ids.put(new End.Out(output.name()), port(output.name(), indent));
    }
    for (Arrow arrow : Arrows.of(graph)) {
      String from = ids.get(arrow.from());
      String to = ids.get(arrow.to());
      if (from != null && to != null) {
        String style =
            switch (arrow.kind()) {
              case DATA -> "";
              case ORDER -> ", style=dashed";
              case STREAM -> ", style=bold";
            };
        line(indent, from + " -> " + to + " [label=" + quote(arrow.label()) + style + "];");
      }
    }
  }

  private String port(String name, String indent) {
    String id = "n" + ++next;
    line(indent, id + " [label=" + quote(name) + ", shape=oval];");
    return id;
  }

  /** A box cannot be an end of an arrow, so a graph inside has a node of its own in its box. */
  private void step(StepDefinition step, String id, String path, String indent) {
    String row = path + step.id();
    Boxes.Box box = boxes.of(step, row);
    String attributes =
        "label="
            + quote(String.join("\n", box.lines()))
            + ", fillcolor="
            + quote(fill(box.status()));
    if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
      line(indent, "subgraph cluster_" + id + " {");
      line(indent + "  ", "label=" + quote(row) + ";");
      line(indent + "  ", id + " [" + attributes + ", shape=component];");
      graph(inner, row + (step.isEach() ? Boxes.ANY : "") + "/", indent + "  ");
      line(indent, "}");
    } else {
      line(indent, id + " [" + attributes + shape(step) + "];");
    }
  }

  private static String shape(StepDefinition step) {
    if (step.trigger() != null) {
      return ", shape=hexagon";
    }
    return step.forEach() == null ? "" : ", peripheries=2";
  }

  private static String fill(@Nullable StepStatus status) {
    return switch (status == null ? StepStatus.IDLE : status) {
      case IDLE -> "white";
      case SCHEDULED -> "#eeeeff";
      case RUNNING -> "#ddeeff";
      case SUSPENDED, PAUSED -> "#ffffdd";
      case COMPLETED -> "#ddffdd";
      case FAILED -> "#ffdddd";
      case SKIPPED, CANCELLED -> "#eeeeee";
    };
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append('\n');
  }
}
