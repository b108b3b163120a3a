// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.RuleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What reports for people have in common. Stateless. */
final class Words {

  private Words() {}

  /** A duration as people read it. */
  static String of(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    if (millis < 1) {
      return String.format(Locale.ROOT, "%.0f µs", millis * 1000);
    }
    return millis < 1000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  /** How many rules ended how, those that exist only, such as {@code 21 passed, 3 not measured}. */
  static String counts(Map<RuleStatus, Long> counts) {
    List<String> parts = new ArrayList<>();
    for (RuleStatus status : RuleStatus.values()) {
      long count = counts.getOrDefault(status, 0L);
      if (count > 0) {
        parts.add(count + " " + status.words());
      }
    }
    return String.join(", ", parts);
  }

  /** Which failure to read first, of several; nothing for one, which is read anyway. */
  static List<String> readFirst(Report report) {
    List<RuleResult> failed = report.readFirst();
    if (failed.size() < 2) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    RuleText first = failed.get(0).rule();
    lines.add("Read first: %s. %s".formatted(first.id(), first.shortText()));
    List<RuleResult> others = failed.subList(1, failed.size());
    ids(others.stream().filter(rule -> !Ranking.isOnTheWay(rule)).toList())
        .ifPresent(ids -> lines.add("Then: " + ids + "."));
    ids(others.stream().filter(Ranking::isOnTheWay).toList())
        .ifPresent(ids ->
            lines.add(
                "Perhaps by the same fault, because their tests fell over something on their way: "
                    + ids
                    + "."));
    return lines;
  }

  /** The rules that have certain texts: those that failed as they should be read, then others. */
  static List<RuleResult> inReadingOrder(Report report, Function<RuleResult, List<String>> texts) {
    List<RuleResult> ranked = report.readFirst();
    return Stream.concat(
            ranked.stream(), report.rules().stream().filter(rule -> !ranked.contains(rule)))
        .filter(rule -> !texts.apply(rule).isEmpty())
        .toList();
  }

  private static Optional<String> ids(List<RuleResult> rules) {
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(
            rules.stream().map(rule -> rule.rule().id()).collect(Collectors.joining(", ")));
  }

  /** Names and values that say where and how a run took place. */
  static Map<String, String> surroundings(Report report) {
    Surroundings run = report.surroundings();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Provider", report.subject().id() + " " + report.subject().version());
    facts.put("Follows specification", report.subject().specVersion());
    facts.put(
        "Declares",
        report.subject().declared().isEmpty()
            ? "no features"
            : report.subject().declared().stream()
                .map(Enum::name)
                .sorted()
                .collect(Collectors.joining(", ")));
    facts.put("Kit", run.versions().kit() + ", specification " + run.versions().spec());
    facts.put("SPI", run.versions().spi());
    facts.put("JUnit", run.versions().junit());
    facts.put("JVM", run.versions().jvm());
    facts.put("System", run.versions().os() + ", " + run.cores() + " cores");
    facts.put("Clock of the store", run.clock());
    facts.put(
        "Round trip",
        "%s (the slowest of %d samples, the first half left out)"
            .formatted(of(run.roundTrip()), run.roundTripSamples().size()));
    facts.put("Tests repeated because a call was slow", String.valueOf(run.slowedDown()));
    facts.put("Stores tested at once", String.valueOf(run.storesAtOnce()));
    facts.put("Rules asked for", run.selection().isEmpty() ? "all" : run.selection());
    facts.put("Seed", String.valueOf(run.seed()));
    facts.put("Began", run.startedAt().toString());
    facts.put("Took", of(run.took()));
    return facts;
  }
}
