// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.Family;
import dev.holdfast.tck.spec.RuleText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A report for people as one page that needs nothing else: no script, no font, no image from
 * elsewhere. Stateless.
 */
final class HtmlReport {

  private static final String STYLE = "/dev/holdfast/tck/report.css";

  private static final int SHOWN_AT_ONCE = 3;

  private final StringBuilder html = new StringBuilder();

  private HtmlReport() {}

  static String write(Report report) {
    HtmlReport page = new HtmlReport();
    page.open(report);
    page.head(report);
    page.levels(report);
    page.failures(report, "What does not hold", RuleResult::failures);
    page.failures(report, "What failed in the fixture", RuleResult::fixtureFailures);
    page.notMeasured(report);
    page.waivers(report);
    page.rules(report);
    page.surroundings(report);
    page.add("</main></body></html>");
    return page.html.toString();
  }

  private void open(Report report) {
    add("<!DOCTYPE html>");
    add("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    add("<meta name=\"color-scheme\" content=\"light dark\">");
    add(
        "<title>%s %s: %s</title>",
        report.subject().id(), report.subject().version(), report.verdict().words());
    html.append("<style>\n").append(style()).append("</style>\n");
    add("</head><body><main>");
  }

  private void head(Report report) {
    add("<header class=\"%s\">", tone(report.verdict()));
    add("<p class=\"kind\">Holdfast conformance report</p>");
    add("<h1>%s <small>%s</small></h1>", report.subject().id(), report.subject().version());
    add(
        "<p class=\"verdict\"><span class=\"badge %s\">%s</span> %s</p>",
        tone(report.verdict()), report.verdict().words(), report.because());
    if (!report.problems().isEmpty()) {
      add("<ul>");
      report.problems().forEach(problem -> add("<li>%s</li>", problem));
      add("</ul>");
    }
    add("</header>");
  }

  private void levels(Report report) {
    add("<section class=\"levels\">");
    for (LevelResult level : report.levels()) {
      add(
          "<div class=\"card\"><h2>%s <span class=\"badge %s\">%s</span></h2>",
          level.level(), tone(level.verdict()), level.verdict().words());
      bar(level);
      add("<ul class=\"counts\">");
      for (RuleStatus status : RuleStatus.values()) {
        long count = level.counts().getOrDefault(status, 0L);
        if (count > 0) {
          add("<li><i class=\"dot %s\"></i><b>%s</b> %s</li>", tone(status), count, status.words());
        }
      }
      add("</ul></div>");
    }
    add("</section>");
  }

  private void bar(LevelResult level) {
    add("<div class=\"bar\" role=\"img\" aria-label=\"%s\">", Words.counts(level.counts()));
    for (RuleStatus status : RuleStatus.values()) {
      long count = level.counts().getOrDefault(status, 0L);
      if (count > 0) {
        add("<i class=\"%s\" style=\"flex-grow:%s\"></i>", tone(status), count);
      }
    }
    add("</div>");
  }

  private void failures(Report report, String title, Function<RuleResult, List<String>> texts) {
    List<RuleResult> failed = Words.inReadingOrder(report, texts);
    if (failed.isEmpty()) {
      return;
    }
    add("<section><h2>%s</h2>", title);
    Words.readFirst(report).forEach(words -> add("<p>%s</p>", words));
    for (RuleResult rule : failed) {
      add(
          "<details%s class=\"card failure\" id=\"failed-%s\">",
          failed.size() <= SHOWN_AT_ONCE ? " open" : "", rule.rule().id());
      add("<summary><b>%s</b> %s</summary>", rule.rule().id(), rule.rule().shortText());
      texts.apply(rule).forEach(failure -> add("<pre>%s</pre>", failure));
      add("</details>");
    }
    add("</section>");
  }

  private void notMeasured(Report report) {
    List<RuleResult> gaps =
        report.rules(RuleStatus.NOT_MEASURED).stream().filter(RuleResult::hasTest).toList();
    if (gaps.isEmpty()) {
      return;
    }
    add("<section><h2>Not measured</h2>");
    add("<p>These rules need something that was not offered. They do not count as passed.</p>");
    add("<dl class=\"card\">");
    gaps.stream()
        .collect(Collectors.groupingBy(RuleResult::reason, LinkedHashMap::new, Collectors.toList()))
        .forEach((reason, rules) -> {
          add("<dt>%s</dt>", reason);
          add(
              "<dd>%s</dd>",
              rules.stream().map(rule -> rule.rule().id()).collect(Collectors.joining(", ")));
        });
    add("</dl></section>");
  }

  private void waivers(Report report) {
    if (report.waivers().isEmpty()) {
      return;
    }
    add("<section><h2>Waivers</h2><dl class=\"card\">");
    for (Waiver waiver : report.waivers()) {
      add("<dt>%s, until %s</dt><dd>%s</dd>", waiver.ruleId(), waiver.until(), waiver.reason());
    }
    add("</dl></section>");
  }

  private void rules(Report report) {
    add("<section><h2>Rules</h2>");
    List<Family> families =
        report.rules().stream().map(rule -> rule.rule().family()).distinct().toList();
    for (Family family : families) {
      List<RuleResult> rules =
          report.rules().stream().filter(rule -> rule.rule().family().equals(family)).toList();
      add("<details class=\"card family\"><summary><b>%s</b>", family.id());
      add("<span class=\"about\">%s</span><span class=\"tally\">", family.title());
      Arrays.stream(RuleStatus.values()).forEach(status -> tally(rules, status));
      add("</span></summary>");
      rules.forEach(this::rule);
      add("</details>");
    }
    add("</section>");
  }

  private void tally(List<RuleResult> rules, RuleStatus status) {
    long count = rules.stream().filter(rule -> rule.status() == status).count();
    if (count > 0) {
      add(
          "<span title=\"%s\"><i class=\"dot %s\"></i>%s</span>",
          status.words(), tone(status), count);
    }
  }

  private void rule(RuleResult result) {
    RuleText rule = result.rule();
    add(
        "<details class=\"rule\" id=\"%s\"><summary><i class=\"dot %s\"></i>",
        rule.id(), tone(result.status()));
    add("<b>%s</b><span class=\"about\">%s</span>", rule.id(), rule.shortText());
    add(
        "<span class=\"status\">%s%s</span></summary>",
        result.status().words(), result.tests().isEmpty() ? "" : " · " + Words.of(result.took()));
    html.append("<p>").append(markdown(rule.sentence())).append("</p>\n");
    if (!result.reason().isEmpty()) {
      add("<p class=\"reason\">%s: %s</p>", result.status().words(), result.reason());
    }
    add(
        "<p class=\"meta\">%s, %s, since %s. %s</p>",
        rule.strength(), rule.level(), rule.since(), rule.reference());
    if (!result.tests().isEmpty()) {
      add("<ul class=\"tests\">");
      for (TestResult test : result.tests()) {
        add(
            "<li><i class=\"dot %s\"></i>%s <span class=\"meta\">%s</span></li>",
            tone(test.status()), test.test(), Words.of(test.took()));
      }
      add("</ul>");
    }
    add("</details>");
  }

  private void surroundings(Report report) {
    add("<section><h2>Where and how</h2><dl class=\"card facts\">");
    Words.surroundings(report)
        .forEach((name, value) -> add("<div><dt>%s</dt><dd>%s</dd></div>", name, value));
    add("</dl><h3>To run it again</h3><pre>%s</pre></section>", report.surroundings().rerun());
  }

  private static String tone(Verdict verdict) {
    return switch (verdict) {
      case CONFORMANT -> "good";
      case PARTIAL -> "partly";
      case NOT_MEASURED, NOT_FINISHED -> "open";
      case NOT_DECLARED -> "quiet";
      case VIOLATED, MISCONFIGURED -> "bad";
    };
  }

  private static String tone(RuleStatus status) {
    return switch (status) {
      case PASSED -> "good";
      case FAILED, PROVIDER_FAILED, FIXTURE_FAILED -> "bad";
      case WAIVED -> "partly";
      case NOT_MEASURED -> "open";
      case NOT_DECLARED, NOT_APPLICABLE, NOT_RUN -> "quiet";
    };
  }

  private void add(String format, Object... arguments) {
    Object[] escaped = Arrays.stream(arguments).map(HtmlReport::escape).toArray();
    html.append(String.format(format, escaped)).append('\n');
  }

  /** Text of a rule, in which Markdown marks code and nothing else. */
  private static String markdown(String text) {
    return escape(text).replaceAll("`([^`]+)`", "<code>$1</code>");
  }

  private static String escape(Object value) {
    return String.valueOf(value)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String style() {
    try (InputStream file = HtmlReport.class.getResourceAsStream(STYLE)) {
      return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
