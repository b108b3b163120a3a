// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.provider.Payload;
import dev.holdfast.runtime.schedule.CatchUp;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleDescription;
import dev.holdfast.runtime.schedule.ScheduleRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Schedules for people and for programs. */
final class ScheduleRows {

  private ScheduleRows() {}

  static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** {@return when its runs are due, in short; nothing while that is not known} */
  static @Nullable String when(ScheduleDescription one) {
    Schedule schedule = one.schedule();
    if (schedule == null) {
      return null;
    }
    Duration every = schedule.every();
    return every == null
        ? "%s (%s)".formatted(schedule.cron(), schedule.zone())
        : "every " + every.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** {@return what there is to say of it but its runs} */
  static List<String> lines(ScheduleDescription one, Output output) {
    List<String> lines = new ArrayList<>();
    lines.add(one.id());
    add(lines, "state", word(one.state()) + (one.note() == null ? "" : ": " + one.note()));
    add(lines, "failure", one.failure());
    Schedule schedule = one.schedule();
    if (schedule != null) {
      add(lines, "when", when(one));
      add(lines, "from", output.time(schedule.from()));
      add(lines, "until", output.time(schedule.until()));
      add(lines, "jitter", schedule.jitter().isZero() ? null : schedule.jitter().toString());
      add(lines, "overlap", word(schedule.overlap()));
      add(lines, "catch-up", catchUp(schedule.catchUp()));
      add(
          lines,
          "starts",
          one.orchestration() + (one.version() == null ? "" : "@" + one.version()));
    }
    if (one.input() != null) {
      add(lines, "input", output.value(one.input().json()));
    }
    add(lines, "instance", one.instanceId());
    for (Instant next : one.nextRuns()) {
      add(lines, next.equals(one.nextRuns().getFirst()) ? "next" : "", output.time(next));
    }
    return lines;
  }

  private static void add(List<String> lines, String name, @Nullable String value) {
    if (value != null) {
      lines.add("  %-9s %s".formatted(name, value));
    }
  }

  private static String catchUp(CatchUp catchUp) {
    return switch (catchUp.limit()) {
      case 0 -> "none";
      case 1 -> "the last one";
      default -> "all, at most " + catchUp.limit();
    };
  }

  static ObjectNode json(ScheduleDescription one) {
    ObjectNode object =
        JsonText.object()
            .put("schedule", one.id())
            .put("instanceId", one.instanceId())
            .put("state", word(one.state()))
            .put("note", one.note())
            .put("failure", one.failure())
            .put("orchestration", one.orchestration())
            .put("version", one.version());
    Schedule schedule = one.schedule();
    if (schedule != null) {
      Duration every = schedule.every();
      object
          .put("cron", schedule.cron())
          .put("every", every == null ? null : every.toString())
          .put("zone", schedule.zone().getId())
          .put("overlap", word(schedule.overlap()))
          .put("catchUp", schedule.catchUp().limit())
          .put("jitter", schedule.jitter().toString())
          .put("from", JsonText.moment(schedule.from()))
          .put("until", JsonText.moment(schedule.until()));
    }
    JsonText.put(object, "input", one.input() == null ? null : Payload.utf8(one.input().json()));
    ArrayNode next = object.putArray("nextRuns");
    one.nextRuns().forEach(moment -> next.add(moment.toString()));
    ArrayNode runs = object.putArray("runs");
    for (ScheduleRun run : one.runs()) {
      runs.addObject()
          .put("instanceId", run.instanceId())
          .put("dueAt", JsonText.moment(run.dueAt()))
          .put("state", word(run.state()))
          .put("startedAt", JsonText.moment(run.startedAt()))
          .put("endedAt", JsonText.moment(run.endedAt()))
          .put("failure", run.failure());
    }
    return object;
  }
}
