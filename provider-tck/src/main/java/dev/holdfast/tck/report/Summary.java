// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.util.Locale;

/** A run in a few lines, for consoles. Stateless. */
public final class Summary {

  private Summary() {}

  /**
   * The summary of a run.
   *
   * @param report its report
   * @param folder where the report was written
   * @return the lines
   */
  public static String of(Report report, ReportFolder folder) {
    StringBuilder text = new StringBuilder();
    line(text, "%s: %s", report.subject(), report.verdict().words().toUpperCase(Locale.ROOT));
    line(text, "  %s", report.because());
    report.problems().forEach(problem -> line(text, "  ! %s", problem));
    for (LevelResult level : report.levels()) {
      line(
          text,
          "  %-10s %s",
          level.level(),
          level.declared() ? Words.counts(level) : "not declared (" + Words.counts(level) + ")");
    }
    line(
        text,
        "  seed %d, %s",
        report.surroundings().seed(),
        Words.of(report.surroundings().took()));
    text.append("  report ").append(folder.html());
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
