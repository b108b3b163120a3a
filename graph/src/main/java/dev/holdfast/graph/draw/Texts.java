// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.Trigger;
import dev.holdfast.provider.state.StepStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The words of pictures. */
final class Texts {

  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\p{Cntrl}\u2028\u2029\u202a-\u202e\u2066-\u2069]", Pattern.UNICODE_CHARACTER_CLASS);

  private Texts() {}

  /** Returns what a step's box says: its id, what it does, and on which terms. */
  static List<String> box(StepDefinition step, @Nullable StepState state) {
    List<String> lines = new ArrayList<>();
    lines.add(step.id());
    switch (step.body()) {
      case StepBody.Task(String type) -> {
        if (!type.equals(step.id())) {
          lines.add(type);
        }
      }
      case StepBody.SubGraph(GraphDefinition graph) ->
          lines.add("graph " + graph.name() + " " + graph.version());
    }
    ForEach each = step.forEach();
    if (each != null) {
      lines.add("for each %s, %d at once".formatted(each.input(), each.atOnce()));
    }
    if (step.trigger() != null) {
      lines.add(trigger(step.trigger()));
    }
    if (step.when() != null) {
      lines.add("if " + step.when());
    }
    if (step.mayFail()) {
      lines.add("may fail");
    }
    if (state != null) {
      lines.add(state(state, step.isGroup()));
      if (state.error() != null) {
        lines.add(firstLine(state.error()));
      }
    }
    return lines;
  }

  private static String trigger(Trigger trigger) {
    StringBuilder text = new StringBuilder("trigger: ").append(trigger.input());
    if (trigger.atOnce() > 1) {
      text.append(", ").append(trigger.atOnce()).append(" at once");
    }
    if (trigger.every() != null) {
      text.append(", every ").append(duration(trigger.every()));
    }
    return text.toString();
  }

  /** Returns the word for a status; a group is not scheduled and not run, its members are. */
  static String word(StepStatus status, boolean group) {
    boolean open = status == StepStatus.SCHEDULED || status == StepStatus.RUNNING;
    return group && open ? "open" : status.label();
  }

  /** Returns status, attempt and duration in one line. */
  static String state(StepState state, boolean group) {
    StringBuilder text = new StringBuilder(word(state.status(), group));
    if (state.attempt() > 1) {
      text.append(", attempt ").append(state.attempt());
    }
    if (state.duration() != null) {
      text.append(", ").append(duration(state.duration()));
    }
    return text.toString();
  }

  /** Returns a duration in at most two units. */
  static String duration(Duration duration) {
    Duration d = duration.isNegative() ? Duration.ZERO : duration;
    if (d.compareTo(Duration.ofSeconds(1)) < 0) {
      return d.toMillis() + " ms";
    }
    if (d.compareTo(Duration.ofMinutes(1)) < 0) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(d.toMillis() / 100.0) / 10);
    }
    if (d.compareTo(Duration.ofHours(1)) < 0) {
      return two(d.toMinutes(), "min", d.toSecondsPart(), "s");
    }
    if (d.compareTo(Duration.ofDays(1)) < 0) {
      return two(d.toHours(), "h", d.toMinutesPart(), "min");
    }
    return two(d.toDays(), "d", d.toHoursPart(), "h");
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smallUnit;
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  /** Returns a text without what would move a cursor or change the direction of writing. */
  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("\uFFFD");
  }

  /** Cuts a text to a width, with a sign that it was. */
  static String cut(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return width <= 1
        ? "…".substring(0, Math.max(0, width))
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }
}
