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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Graphs as Mermaid flow charts. */
public final class Mermaid {

  private static final Map<StepStatus, String> FILLS =
      Map.of(
          StepStatus.IDLE, "fill:#fff,stroke:#999",
          StepStatus.SCHEDULED, "fill:#eef,stroke:#669",
          StepStatus.RUNNING, "fill:#def,stroke:#06c",
          StepStatus.PAUSED, "fill:#ffd,stroke:#990",
          StepStatus.SUSPENDED, "fill:#ffd,stroke:#990",
          StepStatus.COMPLETED, "fill:#dfd,stroke:#393",
          StepStatus.FAILED, "fill:#fdd,stroke:#c33",
          StepStatus.SKIPPED, "fill:#eee,stroke:#999,stroke-dasharray:4",
          StepStatus.CANCELLED, "fill:#eee,stroke:#c33,stroke-dasharray:4");

  private final StringBuilder out = new StringBuilder();
  private final Boxes boxes;
  private final Set<StepStatus> used = new TreeSet<>();
  private int next;

  private Mermaid(Map<String, StepState> states) {
    boxes = new Boxes(states);
  }

  /**
   * Draws a graph.
   *
   * @param graph the graph
   * @return the text of a flow chart
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
   * @return the text of a flow chart
   */
  public static String of(GraphDefinition graph, Map<String, StepState> states) {
    Mermaid mermaid = new Mermaid(states);
    mermaid.out.append("flowchart TB\n");
    mermaid.graph(graph, "", "  ");
    for (StepStatus status : mermaid.used) {
      mermaid.out.append("  classDef %s %s\n".formatted(status.label(), FILLS.get(status)));
    }
    return mermaid.out.toString();
  }

  private void graph(GraphDefinition graph, String path, String indent) {
    Map<End, String> ids = new HashMap<>();
    for (Port input : graph.inputs()) {
      String id = "n" + ++next;
      ids.put(new End.In(input.name()), id);
      line(indent, id + "([\"" + escape(input.name()) + "\"])");
    }
    for (StepDefinition step : graph.steps()) {
      String id = "n" + ++next;
      ids.put(new End.Step(step.id()), id);
      step(step, id, path, indent);
    }
    for (GraphOutput output : graph.outputs()) {
      String id = "n" + ++next;
      ids.put(new End.Out(output.name()), id);
      line(indent, id + "([\"" + escape(output.name()) + "\"])");
    }
    for (Arrow arrow : Arrows.of(graph)) {
      String from = ids.get(arrow.from());
      String to = ids.get(arrow.to());
      if (from != null && to != null) {
        String line =
            switch (arrow.kind()) {
              case DATA -> "-->";
              case ORDER -> "-.->";
              case STREAM -> "==>";
            };
        String label = arrow.label().isEmpty() ? "" : "|\"" + escape(arrow.label()) + "\"|";
        line(indent, from + " " + line + label + " " + to);
      }
    }
  }

  private void step(StepDefinition step, String id, String path, String indent) {
    String row = path + step.id();
    Boxes.Box box = boxes.of(step, row);
    String label = label(box.lines());
    if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
      line(indent, "subgraph " + id + "[" + label + "]");
      graph(inner, row + (step.isEach() ? Boxes.ANY : "") + "/", indent + "  ");
      line(indent, "end");
    } else {
      line(indent, id + shape(step, label));
    }
    if (box.status() != null) {
      used.add(box.status());
      line(indent, "class " + id + " " + box.status().label());
    }
  }

  private static String shape(StepDefinition step, String label) {
    if (step.trigger() != null) {
      return "{{" + label + "}}";
    }
    return step.forEach() == null ? "[" + label + "]" : "[[" + label + "]]";
  }

  private static String label(List<String> lines) {
    return lines.stream().map(Mermaid::escape).collect(Collectors.joining("<br>", "\"", "\""));
  }

  private static String escape(@Nullable String text) {
    return text == null
        ? ""
        : text.replace("#", "#35;")
            .replace("\"", "#quot;")
            .replace("<", "#lt;")
            .replace(">", "#gt;")
            .replace("\n", " ");
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append('\n');
  }
}
