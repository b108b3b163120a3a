// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.Family;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report for people who read text, and for pages of a repository. Stateless. */
final class MarkdownReport {

  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  static String write(Report report) {
    MarkdownReport writer = new MarkdownReport();
    writer.head(report);
    writer.failures(report, "What does not hold", RuleResult::failures);
    writer.failures(report, "What failed in the fixture", RuleResult::fixtureFailures);
    writer.waivers(report);
    writer.surroundings(report);
    writer.rules(report);
    return writer.text.toString();
  }

  private void head(Report report) {
    line("# Conformance of %s", report.subject());
    line("");
    line("**%s.** %s", report.verdict().words().toUpperCase(Locale.ROOT), report.because());
    line("");
    report.problems().forEach(problem -> line("- %s", problem));
    if (!report.problems().isEmpty()) {
      line("");
    }
    line("| level | verdict | rules |");
    line("|---|---|---|");
    for (LevelResult level : report.levels()) {
      line(
          "| %s | %s | %s |", level.level(), level.verdict().words(), Words.counts(level.counts()));
    }
    line("");
  }

  private void failures(Report report, String title, Function<RuleResult, List<String>> texts) {
    List<RuleResult> failed = Words.inReadingOrder(report, texts);
    if (failed.isEmpty()) {
      return;
    }
    line("## %s", title);
    line("");
    Words.readFirst(report).forEach(words -> line("%s  ", words));
    for (RuleResult rule : failed) {
      line("");
      line("### %s (%s)", rule.rule().id(), rule.status().words());
      for (String failure : texts.apply(rule)) {
        line("");
        String fence = fence(failure);
        line("%stext", fence);
        line("%s", failure);
        line("%s", fence);
      }
    }
    line("");
  }

  private void waivers(Report report) {
    if (report.waivers().isEmpty()) {
      return;
    }
    line("## Waivers");
    line("");
    line("| rule | reason | until |");
    line("|---|---|---|");
    report
        .waivers()
        .forEach(
            waiver -> line("| %s | %s | %s |", waiver.ruleId(), waiver.reason(), waiver.until()));
    line("");
  }

  private void surroundings(Report report) {
    line("## Where and how");
    line("");
    line("| | |");
    line("|---|---|");
    Words.surroundings(report).forEach((name, value) -> line("| %s | %s |", name, value));
    line("");
    line("To run it again:");
    line("");
    line("```sh");
    line("%s", report.surroundings().rerun());
    line("```");
    line("");
  }

  private void rules(Report report) {
    line("## Rules");
    List<Family> families =
        report.rules().stream().map(rule -> rule.rule().family()).distinct().toList();
    for (Family family : families) {
      line("");
      line("### %s: %s", family.id(), family.title());
      line("");
      line("| rule | | result | time |");
      line("|---|---|---|---|");
      for (RuleResult rule : report.rules()) {
        if (rule.rule().family().equals(family)) {
          rule(rule);
        }
      }
    }
  }

  private void rule(RuleResult rule) {
    line(
        "| %s %s | %s | %s | %s |",
        rule.rule().id(),
        rule.rule().strength(),
        cell(rule.rule().shortText()),
        cell(
            List.of(rule.status().words(), rule.reason()).stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(": "))),
        rule.tests().isEmpty() ? "" : Words.of(rule.took()));
  }

  /** More of them than any line of the text has. */
  private static String fence(String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence;
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private void line(String format, Object... arguments) {
    text.append(arguments.length == 0 ? format : String.format(format, arguments)).append('\n');
  }
}
