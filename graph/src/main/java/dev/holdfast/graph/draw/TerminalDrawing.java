// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.provider.state.StepStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Graphs in the terminal: a row for each step, with lines from those that it waits for, and where
 * it stands. A sub-graph is drawn under its step; of one that is done for each, each step has one
 * row that counts its elements, and what keeps them is listed.
 */
public final class TerminalDrawing {

  /** How many elements are listed one by one under a step that is done for each. */
  private static final int LISTED = 5;

  /** The signs of steps, none of which is one of a line. */
  private static final String GLYPHS = "·○●‖✓✗↷⊘";

  private final Map<String, StepState> states;
  private final int width;
  private final StatusPainter painter;
  private final List<Line> lines = new ArrayList<>();

  /** One line: the drawing on the left, then columns. */
  private record Line(
      String drawing,
      String name,
      @Nullable StepStatus status,
      List<String> columns,
      @Nullable String error) {}

  private TerminalDrawing(Map<String, StepState> states, int width, StatusPainter painter) {
    this.states = states;
    this.width = width;
    this.painter = painter;
  }

  /**
   * Draws a graph with where the steps of a run stand.
   *
   * @param graph the graph
   * @param states by ids of rows; a step without one has not begun
   * @param width the width of the terminal; errors are cut to it
   * @return lines, each with a line break
   */
  public static String of(GraphDefinition graph, Map<String, StepState> states, int width) {
    return of(graph, states, width, (status, text) -> text);
  }

  /**
   * Draws a graph with where the steps of a run stand, in colours.
   *
   * @param graph the graph
   * @param states by ids of rows; a step without one has not begun
   * @param width the width of the terminal; errors are cut to it
   * @param painter puts colours on signs and words of statuses
   * @return lines, each with a line break; control characters come from the painter alone
   */
  public static String of(
      GraphDefinition graph, Map<String, StepState> states, int width, StatusPainter painter) {
    TerminalDrawing drawing = new TerminalDrawing(new TreeMap<>(states), width, painter);
    drawing.graph(graph, "", "", id -> List.of());
    return drawing.text();
  }

  /**
   * Adds the rows of a graph.
   *
   * @param prefix what is before each line
   * @param path the ids around it, for the names of rows
   * @param elements the rows that a step here stands for, where the graph is done for each
   */
  private void graph(
      GraphDefinition graph,
      String prefix,
      String path,
      Function<String, Collection<StepState>> elements) {
    boolean each = path.endsWith("]/");
    Map<String, String> glyphs = new HashMap<>();
    for (StepDefinition step : graph.steps()) {
      glyphs.put(
          step.id(),
          each
              ? glyph(Boxes.worst(elements.apply(step.id())), step.isGroup())
              : glyph(states.get(path + step.id()), step.isGroup()));
    }
    for (Lanes.Row row : Lanes.of(graph, glyphs)) {
      StepDefinition step = row.step();
      String drawing = prefix + String.join("", row.cells());
      String below = prefix + String.join("", row.below());
      if (each) {
        Collection<StepState> all = elements.apply(step.id());
        StepState worst = Boxes.worst(all);
        lines.add(
            new Line(
                drawing,
                step.id(),
                worst == null ? null : worst.status(),
                List.of(Boxes.counts(all, step.isGroup())),
                null));
        if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
          graph(inner, below + "┊ ", path + step.id() + "[*]/", deeper(path, step));
        }
      } else {
        step(step, drawing, below, path + step.id());
      }
    }
  }

  private void step(StepDefinition step, String drawing, String below, String id) {
    StepState state = states.get(id);
    if (!step.isEach()) {
      lines.add(line(drawing, step.id(), state, step.isGroup()));
      if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
        graph(inner, below + "┊ ", id + "/", any -> List.of());
      }
      return;
    }
    Map<String, StepState> elements = rows(Pattern.quote(id) + "\\[\\d+]");
    List<String> columns = new ArrayList<>(columns(state, true));
    if (!elements.isEmpty()) {
      columns.set(0, columns.getFirst() + ": " + Boxes.counts(elements.values(), isGraph(step)));
    }
    lines.add(
        new Line(
            drawing,
            step.id() + "[]",
            state == null ? null : state.status(),
            columns,
            error(state)));
    if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
      graph(
          inner,
          below + "┊ ",
          id + "[*]/",
          inside -> rows(Pattern.quote(id) + "\\[\\d+]/" + Pattern.quote(inside)).values());
    }
    listed(Pattern.quote(id) + "\\[\\d+].*", below + "┊ ");
  }

  private Function<String, Collection<StepState>> deeper(String path, StepDefinition step) {
    String around =
        Pattern.quote(path + step.id()).replace("[*]", "\\E\\[\\d+]\\Q")
            + (!step.isEach() ? "/" : "\\[\\d+]/");
    return inside -> rows(around + Pattern.quote(inside)).values();
  }

  private Map<String, StepState> rows(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return states.entrySet().stream()
        .filter(entry -> compiled.matcher(entry.getKey()).matches())
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  /** Lists what somebody may want to look at: what has failed, waits, or is tried again. */
  private void listed(String pattern, String prefix) {
    List<Map.Entry<String, StepState>> notable =
        rows(pattern).entrySet().stream().filter(entry -> isNotable(entry.getValue())).toList();
    for (Map.Entry<String, StepState> entry :
        notable.subList(0, Math.min(LISTED, notable.size()))) {
      String drawing = prefix + glyph(entry.getValue(), false) + " ";
      lines.add(line(drawing, entry.getKey(), entry.getValue(), false));
    }
    if (notable.size() > LISTED) {
      lines.add(
          new Line(
              prefix, "… and %d more".formatted(notable.size() - LISTED), null, List.of(), null));
    }
  }

  private static boolean isNotable(StepState state) {
    return switch (state.status()) {
      case FAILED, SUSPENDED, PAUSED -> true;
      case SCHEDULED, RUNNING -> state.error() != null;
      case IDLE, COMPLETED, SKIPPED, CANCELLED -> false;
    };
  }

  static boolean isGraph(StepDefinition step) {
    return step.body() instanceof StepBody.SubGraph;
  }

  private static Line line(String drawing, String name, @Nullable StepState state, boolean group) {
    return new Line(
        drawing,
        Texts.printable(name),
        state == null ? null : state.status(),
        columns(state, group),
        error(state));
  }

  private static @Nullable String error(@Nullable StepState state) {
    return state == null || state.error() == null
        ? null
        : Texts.printable(Texts.firstLine(state.error()));
  }

  private static List<String> columns(@Nullable StepState state, boolean group) {
    if (state == null) {
      return List.of("-", "", "");
    }
    return List.of(
        Texts.word(state.status(), group),
        state.attempt() > 1 ? "attempt " + state.attempt() : "",
        state.duration() == null ? "" : Texts.duration(state.duration()));
  }

  private static String glyph(@Nullable StepState state, boolean group) {
    if (state == null) {
      return "·";
    }
    return switch (state.status()) {
      case IDLE -> "·";
      case SCHEDULED -> group ? "●" : "○";
      case RUNNING -> "●";
      case SUSPENDED, PAUSED -> "‖";
      case COMPLETED -> "✓";
      case FAILED -> "✗";
      case SKIPPED -> "↷";
      case CANCELLED -> "⊘";
    };
  }

  private String text() {
    int name = 0;
    int[] columns = new int[3];
    for (Line line : lines) {
      name = Math.max(name, line.drawing().length() + line.name().length());
      for (int i = 0; i < line.columns().size() && line.columns().size() == columns.length; i++) {
        columns[i] = Math.max(columns[i], line.columns().get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      StringBuilder one = new StringBuilder(line.drawing()).append(line.name());
      pad(one, name + 2);
      int end = name + 2;
      for (int i = 0; i < line.columns().size(); i++) {
        one.append(line.columns().get(i));
        end += columns[i] == 0 ? 0 : columns[i] + 2;
        pad(one, end);
      }
      if (line.error() != null) {
        one.append(Texts.cut(line.error(), Math.max(20, width - one.length())));
      }
      text.append(painted(one.toString().stripTrailing(), line)).append('\n');
    }
    return text.toString();
  }

  /** Paints the sign of a step and the words for its status, when all columns have their places. */
  private String painted(String text, Line line) {
    StepStatus status = line.status();
    if (status == null) {
      return text;
    }
    int words = line.drawing().length() + line.name().length();
    while (words < text.length() && text.charAt(words) == ' ') {
      words++;
    }
    int end = line.columns().isEmpty() ? words : words + line.columns().getFirst().length();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < line.drawing().length(); i++) {
      String sign = text.substring(i, i + 1);
      all.append(GLYPHS.contains(sign) ? painter.paint(status, sign) : sign);
    }
    return all.append(text, line.drawing().length(), words)
        .append(painter.paint(status, text.substring(words, Math.min(end, text.length()))))
        .append(text.substring(Math.min(end, text.length())))
        .toString();
  }

  private static void pad(StringBuilder text, int to) {
    text.append(" ".repeat(Math.max(0, to - text.length())));
  }
}
