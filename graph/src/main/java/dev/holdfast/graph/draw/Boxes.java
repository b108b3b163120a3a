// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.StepDefinition;
import dev.holdfast.provider.state.StepStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the boxes of pictures say of steps. A box inside of a graph that is done for each element
 * stands for the rows of all of them, and counts these.
 */
final class Boxes {

  /** Stands in an id for the number of every element. */
  static final String ANY = "[*]";

  private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

  /** What says most about several comes first: what has failed before what waits. */
  private static final List<StepStatus> WORST_FIRST =
      List.of(
          StepStatus.FAILED,
          StepStatus.SUSPENDED,
          StepStatus.PAUSED,
          StepStatus.RUNNING,
          StepStatus.SCHEDULED,
          StepStatus.IDLE,
          StepStatus.CANCELLED,
          StepStatus.COMPLETED,
          StepStatus.SKIPPED);

  private final Map<String, StepState> states;
  private final Map<String, List<StepState>> elements = new HashMap<>();

  Boxes(Map<String, StepState> states) {
    this.states = states;
    states.forEach((id, state) -> {
      String any = INDEX.matcher(id).replaceAll(ANY);
      if (!any.equals(id)) {
        elements.computeIfAbsent(any, none -> new ArrayList<>()).add(state);
      }
    });
  }

  /** A box: its lines, and the status that it is coloured by. */
  record Box(List<String> lines, @Nullable StepStatus status) {}

  /**
   * Returns the box of a step; {@code row} is the id of its row, or of the rows of all elements.
   */
  Box of(StepDefinition step, String row) {
    if (row.contains(ANY)) {
      List<StepState> all = elements.getOrDefault(row, List.of());
      List<String> lines = new ArrayList<>(Texts.box(step, null));
      if (!all.isEmpty()) {
        lines.add(counts(all, step.isGroup()));
      }
      return new Box(lines, status(worst(all)));
    }
    StepState state = states.get(row);
    List<String> lines = new ArrayList<>(Texts.box(step, state));
    List<StepState> all = elements.getOrDefault(row + ANY, List.of());
    if (!all.isEmpty()) {
      lines.add(counts(all, TerminalDrawing.isGraph(step)));
    }
    return new Box(lines, status(state));
  }

  private static @Nullable StepStatus status(@Nullable StepState state) {
    return state == null ? null : state.status();
  }

  /** Returns how many there are in which status. */
  static String counts(Collection<StepState> states, boolean groups) {
    Map<StepStatus, Integer> counts = new EnumMap<>(StepStatus.class);
    states.forEach(state -> counts.merge(state.status(), 1, Integer::sum));
    return counts.isEmpty()
        ? "-"
        : counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + Texts.word(entry.getKey(), groups))
            .collect(Collectors.joining(", "));
  }

  /** Returns the state that says most about several. */
  static @Nullable StepState worst(Collection<StepState> states) {
    return states.stream()
        .min((a, b) -> WORST_FIRST.indexOf(a.status()) - WORST_FIRST.indexOf(b.status()))
        .orElse(null);
  }
}
