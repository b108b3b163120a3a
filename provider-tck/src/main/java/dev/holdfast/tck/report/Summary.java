// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run in a few lines, for consoles. Stateless. */
public final class Summary {

  private Summary() {}

  /**
   * The summary of a run.
   *
   * @param report its report
   * @param folder where the report was written, empty for none
   * @return the lines
   */
  public static String of(Report report, Optional<ReportFolder> folder) {
    StringBuilder text = new StringBuilder();
    line(text, "%s: %s", report.subject(), report.verdict().words().toUpperCase(Locale.ROOT));
    line(text, "  %s", report.because());
    report.problems().forEach(problem -> line(text, "  ! %s", problem));
    Words.readFirst(report).forEach(words -> line(text, "  %s", words));
    for (LevelResult level : report.levels()) {
      String counts = Words.counts(level.counts());
      line(
          text,
          "  %-13s %s",
          level.level(),
          level.verdict() == Verdict.NOT_DECLARED ? "not declared (" + counts + ")" : counts);
    }
    line(
        text,
        "  seed %d, %s",
        report.surroundings().seed(),
        Words.of(report.surroundings().took()));
    folder.ifPresent(place -> text.append("  report ").append(place.html()));
    return text.toString().stripTrailing();
  }

  /**
   * A family of rules in one line, told when it has ended.
   *
   * @param rules all rules of the family
   * @return the line, empty when none of them was asked for
   */
  public static Optional<String> ofFamily(List<RuleResult> rules) {
    List<RuleResult> ended = rules.stream().filter(rule -> !rule.tests().isEmpty()).toList();
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    Duration took = ended.stream().map(RuleResult::took).reduce(Duration.ZERO, Duration::plus);
    Map<RuleStatus, Long> counts =
        ended.stream().collect(Collectors.groupingBy(RuleResult::status, Collectors.counting()));
    List<RuleResult> broken =
        ended.stream()
            .filter(rule ->
                switch (rule.status()) {
                  case FAILED, PROVIDER_FAILED, FIXTURE_FAILED -> true;
                  default -> false;
                })
            .toList();
    return Optional.of(
        "  %-10s %s%s, %s"
            .formatted(
                ended.get(0).rule().family().id(),
                Words.counts(counts),
                broken.isEmpty()
                    ? ""
                    : broken.stream()
                        .map(rule -> rule.rule().id())
                        .collect(Collectors.joining(", ", " (", ")")),
                Words.of(took)));
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
