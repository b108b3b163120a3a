// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepDefinition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Places the steps of a graph in rows, one each, behind those that they wait for, and the lines
 * between them in columns: a line goes down from a step to the last of those that wait for it, and
 * each of them is joined to it. An arrow that others imply is left out.
 */
final class Lanes {

  /** A step with its row's lines; {@code below} are those that go on under it. */
  record Row(StepDefinition step, List<String> cells, List<String> below) {}

  private final List<StepDefinition> order;
  private final Map<String, Integer> position = new HashMap<>();
  private final List<BitSet> direct = new ArrayList<>();

  /** The step whose line is in a column, by position; null when it is free. */
  private final List<@Nullable Integer> columns = new ArrayList<>();

  private Lanes(List<StepDefinition> order) {
    this.order = order;
  }

  /** Places the steps of a graph; {@code glyph} says what stands for each. */
  static List<Row> of(GraphDefinition graph, Map<String, String> glyph) {
    Lanes lanes = new Lanes(order(graph));
    lanes.reduce();
    return lanes.rows(glyph);
  }

  /** Returns what stands above a step: what it waits for, and what sends to it. */
  private static Set<String> before(StepDefinition step) {
    Set<String> before = new LinkedHashSet<>(step.predecessors());
    step.receives().values().forEach(stream -> before.add(stream.from().step()));
    return before;
  }

  /** Steps that wait for each other, which a checked graph has not, come last. */
  private static List<StepDefinition> order(GraphDefinition graph) {
    Map<String, StepDefinition> left = new LinkedHashMap<>();
    graph.steps().forEach(step -> left.put(step.id(), step));
    List<StepDefinition> order = new ArrayList<>();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (StepDefinition step : List.copyOf(left.values())) {
        if (before(step).stream().noneMatch(left::containsKey)) {
          order.add(step);
          left.remove(step.id());
          moved = true;
        }
      }
    }
    order.addAll(left.values());
    return order;
  }

  /** Keeps of the predecessors of each step those that no other of them is behind. */
  private void reduce() {
    List<BitSet> all = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      position.put(order.get(i).id(), i);
      BitSet own = new BitSet();
      for (String id : before(order.get(i))) {
        Integer at = position.get(id);
        if (at != null && at < i) {
          own.set(at);
        }
      }
      BitSet before = (BitSet) own.clone();
      BitSet implied = new BitSet();
      own.stream().forEach(p -> implied.or(all.get(p)));
      before.or(implied);
      own.andNot(implied);
      direct.add(own);
      all.add(before);
    }
  }

  private List<Row> rows(Map<String, String> glyph) {
    int[] last = new int[order.size()];
    for (int i = 0; i < order.size(); i++) {
      int at = i;
      direct.get(i).stream().forEach(p -> last[p] = at);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      TreeSet<Integer> from = new TreeSet<>();
      TreeSet<Integer> ends = new TreeSet<>();
      for (int column = 0; column < columns.size(); column++) {
        Integer source = columns.get(column);
        if (source != null && direct.get(i).get(source)) {
          from.add(column);
          if (last[source] == i) {
            ends.add(column);
          }
        }
      }
      int own = ends.isEmpty() ? free(from) : ends.first();
      List<String> cells = cells(own, from, ends, glyph.getOrDefault(order.get(i).id(), "o"));
      ends.forEach(column -> columns.set(column, null));
      if (last[i] > 0) {
        columns.set(own, i);
      }
      rows.add(new Row(order.get(i), cells, below()));
    }
    return rows;
  }

  /** Returns a free column, to the right of the lines that lead to it. */
  private int free(TreeSet<Integer> from) {
    int column = from.isEmpty() ? 0 : from.last() + 1;
    while (column < columns.size() && columns.get(column) != null) {
      column++;
    }
    while (columns.size() <= column) {
      columns.add(null);
    }
    return column;
  }

  /** Two characters for each column. */
  private List<String> cells(int own, TreeSet<Integer> from, TreeSet<Integer> ends, String glyph) {
    int left = from.isEmpty() ? own : Math.min(own, from.first());
    int right = from.isEmpty() ? own : Math.max(own, from.last());
    List<String> cells = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      boolean crossed = column >= left && column <= right && left < right;
      String sign;
      if (column == own) {
        sign = glyph;
      } else if (from.contains(column)) {
        sign = ends.contains(column) ? (column < own ? "╰" : "╯") : (column < own ? "├" : "┤");
        if (column > left && column < right) {
          sign = ends.contains(column) ? "┴" : "┼";
        }
      } else if (columns.get(column) != null) {
        sign = crossed ? "┆" : "│";
      } else {
        sign = crossed ? "─" : " ";
      }
      cells.add(sign + (column >= left && column < right ? "─" : " "));
    }
    while (cells.getLast().isBlank()) {
      cells.removeLast();
    }
    return cells;
  }

  private List<String> below() {
    List<String> below = new ArrayList<>();
    columns.forEach(source -> below.add(source == null ? "  " : "│ "));
    return below;
  }
}
