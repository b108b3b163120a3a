// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import dev.holdfast.bench.measure.Latency;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report for people, as Markdown. */
public final class TableReport {

  private TableReport() {}

  /** The text. */
  public static String of(Report report) {
    Machine machine = report.machine();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, %s%s: %d rounds of %s s; %d × %s, %s, %s; %s.\n\n"
            .formatted(
                report.provider(),
                report.date(),
                report.quick() ? " (quick)" : "",
                report.rounds(),
                Figures.of(report.seconds()),
                machine.cores(),
                machine.processor(),
                machine.os(),
                machine.jdk(),
                machine.store()));
    text.append(figures(report));
    String latencies = latencies(report);
    if (!latencies.isEmpty()) {
      text.append("\nLatencies in microseconds, p50 / p99:\n\n").append(latencies);
    }
    for (Failed failed : report.failures()) {
      text.append(
          "\nNOT MEASURED: %s, %s: %s\n"
              .formatted(failed.scenario(), failed.name(), failed.reason()));
    }
    return text.toString();
  }

  private static String figures(Report report) {
    Table table =
        new Table(
            "scenario",
            "case",
            "value",
            "reference",
            "ratio",
            "rounds",
            "goal",
            "met",
            "allocated");
    for (Result result : report.results()) {
      table.row(
          result.scenario(),
          result.name(),
          Figures.of(result.value()) + " " + result.unit(),
          result.reference() + " = " + Figures.of(result.referenceValue()),
          Figures.of(result.ratio()),
          spread(result.ratios()),
          goal(result.goal()),
          result.met() == null ? "" : result.met() ? "yes" : "NO",
          kilobytes(result.bytesPerUnit()));
    }
    for (Failed left : report.undeclared()) {
      table.row(left.scenario(), left.name(), left.reason(), "", "", "", "", "", "");
    }
    return table.toString();
  }

  /** How far apart the rounds were, which says how far the median can be trusted. */
  private static String spread(List<Double> ratios) {
    return ratios.size() < 2
        ? ""
        : Figures.of(Collections.min(ratios)) + " – " + Figures.of(Collections.max(ratios));
  }

  private static String kilobytes(@Nullable Double bytes) {
    return bytes == null ? "" : Figures.of(bytes / 1_000) + " kB";
  }

  private static String goal(@Nullable Goal goal) {
    if (goal == null) {
      return "";
    }
    return (goal.kind() == Goal.Kind.AT_LEAST ? "≥ " : "≤ ") + Figures.of(goal.ratio());
  }

  private static String latencies(Report report) {
    Table table = new Table("scenario", "case", "latencies");
    boolean any = false;
    for (Result result : report.results()) {
      if (!result.latencies().isEmpty()) {
        any = true;
        table.row(result.scenario(), result.name(), line(result.latencies()));
      }
    }
    return any ? table.toString() : "";
  }

  private static String line(Map<String, Latency> latencies) {
    return latencies.entrySet().stream()
        .map(entry ->
            "%s %s / %s"
                .formatted(
                    entry.getKey(),
                    Figures.of(entry.getValue().p50Micros()),
                    Figures.of(entry.getValue().p99Micros())))
        .collect(Collectors.joining(", "));
  }
}
