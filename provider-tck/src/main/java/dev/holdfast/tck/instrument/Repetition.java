// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.tck.instrument.CallLog.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lines of a log that come one after the other, and how often the same lines follow. Immutable.
 *
 * @param lines the lines, the first time
 * @param more how often they come again
 */
record Repetition(List<Line> lines, int more) {
  /** The most lines that are looked for again. */
  private static final int LONGEST = 4;

  /** Below that, the repeated lines are no longer than what says that they are repeated. */
  private static final int LEAST = 2;

  /** Takes lines together, in their order, where they repeat themselves. */
  static List<Repetition> in(List<Line> lines) {
    List<Repetition> found = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += found.getLast().covered()) {
      found.add(at(lines, from));
    }
    return found;
  }

  /** The repetition that covers most of what begins somewhere. */
  private static Repetition at(List<Line> lines, int from) {
    Repetition best = new Repetition(lines.subList(from, from + 1), 0);
    for (int length = 1; length <= LONGEST && from + length <= lines.size(); length++) {
      int more = more(lines, from, length);
      if (more >= LEAST && length * (more + 1) > best.covered()) {
        best = new Repetition(lines.subList(from, from + length), more);
      }
    }
    return best;
  }

  private static int more(List<Line> lines, int from, int length) {
    int next = from + length;
    while (next < lines.size() && lines.get(next).text().equals(lines.get(next - length).text())) {
      next++;
    }
    return (next - from) / length - 1;
  }

  /** How many lines of the log it stands for. */
  int covered() {
    return lines.size() * (more + 1);
  }

  /** How many lines its text has. */
  int height() {
    return more == 0 ? lines.size() : lines.size() + 1;
  }

  String text() {
    String text = lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    if (more == 0) {
      return text;
    }
    return text
        + (lines.size() == 1
            ? "\n   … %d more like it".formatted(more)
            : "\n   … these %d lines %d times more".formatted(lines.size(), more));
  }
}
