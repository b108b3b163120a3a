// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports as tables, as JSON and in a page. */
class ReportsTest {

  @TempDir private Path dir;

  @Test
  void aTableTellsRatioAndGoal() {
    String table =
        TableReport.of(
            Samples.report(
                Samples.result("calls", "1 caller", 0.1),
                Samples.result("calls", "4 callers", 0.2),
                Samples.result("calls", "64 callers", 0.4)));

    assertThat(table)
        .contains(
            "| calls    | 1 caller   | 100 orch/s | R = 1,000 | 0.100 | 0.090 – 0.120 | ≥ 0.080 |"
                + " yes |")
        .contains(
            "| calls    | 4 callers  | 200 orch/s | R = 1,000 | 0.200 | 0.180 – 0.240 |         |  "
                + "   |")
        .contains(
            "| calls    | 64 callers | 400 orch/s | R = 1,000 | 0.400 | 0.360 – 0.480 | ≥ 0.500 |"
                + " NO  |")
        .contains("| calls    | 1 caller   | enqueue 123 / 568 |");
  }

  @Test
  void aCaseThatFailedIsNotHidden() {
    Report good = Samples.report();
    Report report =
        new Report(
            good.provider(),
            good.date(),
            good.quick(),
            1,
            1,
            1,
            "auto",
            good.machine(),
            List.of(),
            List.of(new Failed("calls", "1 caller", "no room on the disk")),
            List.of());

    assertThat(TableReport.of(report))
        .contains("NOT MEASURED: calls, 1 caller: no room on the disk");
  }

  @Test
  void aCaseThatNeedsAFeatureHasARowOfItsOwn() {
    Report good = Samples.report(Samples.result("state", "turns", 0.5));
    Report report =
        new Report(
            good.provider(),
            good.date(),
            good.quick(),
            1,
            1,
            1,
            "auto",
            good.machine(),
            good.results(),
            List.of(),
            List.of(new Failed("state", "inbox, 1 caller", "not declared: INBOX")));

    assertThat(TableReport.of(report))
        .contains("| state    | inbox, 1 caller | not declared: INBOX | ")
        .doesNotContain("NOT MEASURED");
  }

  @Test
  void aReportOfBeforeThereWereUndeclaredCasesIsRead() throws IOException {
    Report report = Samples.report(Samples.result("calls", "1 caller", 0.1));
    String json = ReportFile.toJson(report).replaceAll(",\\s*\"undeclared\" *: *\\[ *]", "");
    assertThat(json).doesNotContain("undeclared");

    assertThat(ReportFile.read(Files.writeString(dir.resolve("old.json"), json))).isEqualTo(report);
  }

  @Test
  void jsonReadsBackAsItWasWritten() throws IOException {
    Report report = Samples.report(Samples.result("calls", "1 caller", 0.1));
    Path file = Files.writeString(dir.resolve("report.json"), ReportFile.toJson(report));

    assertThat(ReportFile.read(file)).isEqualTo(report);
  }

  @Test
  void otherJsonIsNoReport() throws IOException {
    Path file = Files.writeString(dir.resolve("other.json"), "[1, 2]");

    assertThatThrownBy(() -> ReportFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no report");
  }

  @Test
  void onlyTheSectionOfTheProviderIsReplaced() throws IOException {
    Path page =
        Files.writeString(
            dir.resolve("page.md"),
            """
            before
            <!-- bench:sqlite -->
            old
            <!-- /bench:sqlite -->
            between
            <!-- bench:postgres -->
            theirs
            <!-- /bench:postgres -->
            """);

    GeneratedSection.replace(page, "sqlite", "new\n");

    assertThat(page)
        .hasContent(
            """
            before
            <!-- bench:sqlite -->

            new

            <!-- /bench:sqlite -->
            between
            <!-- bench:postgres -->
            theirs
            <!-- /bench:postgres -->
            """);
    assertThatThrownBy(() -> GeneratedSection.replace(page, "h2", "new"))
        .hasMessageContaining("has no section");
  }

  @Test
  void aLimitItselfIsStillGood() {
    assertThat(Goal.atLeast(0.5).isMetBy(0.5)).isTrue();
    assertThat(Goal.atLeast(0.5).isMetBy(0.49)).isFalse();
    assertThat(Goal.atMost(6).isMetBy(6)).isTrue();
    assertThat(Goal.atMost(6).isMetBy(6.1)).isFalse();
  }

  @Test
  void goalsAreFoundWhateverTheSize() {
    assertThat(Goals.of("postgres", "growth", "50,000 future timers")).contains(Goal.atLeast(0.9));
    assertThat(Goals.of("postgres", "growth", "1,000,000 future timers"))
        .contains(Goal.atLeast(0.9));
    assertThat(Goals.of("postgres", "calls", "1 caller")).contains(Goal.atLeast(0.09));
    assertThat(Goals.of("postgres", "calls", "16 callers")).isEmpty();
    assertThat(Goals.of("sqlite", "growth", "50,000 future timers")).isEmpty();
  }
}
