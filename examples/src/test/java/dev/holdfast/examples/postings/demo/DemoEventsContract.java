// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo, small, with worker processes of which two are really killed. */
@Timeout(300)
abstract class DemoEventsContract {

  private static final int POSTINGS = 40;

  /** Runs it and returns its report. */
  static JsonNode run(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> args = new ArrayList<>(List.of("demo-events", "--postings", "" + POSTINGS));
    args.addAll(List.of("--workers", "2", "--kills", "2", "--seed", "7", "--json"));
    args.addAll(List.of(options));
    int exit =
        Main.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            args.toArray(String[]::new));
    String said = err.toString(StandardCharsets.UTF_8);
    assertThat(exit).as("%s%n%s", said, out.toString(StandardCharsets.UTF_8)).isZero();
    JsonNode report = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(report.get("auditHolds").booleanValue()).isTrue();
    assertKilled(said, report);
    assertPostings(report);
    assertProjections(report);
    return report;
  }

  private static void assertKilled(String said, JsonNode report) {
    assertThat(said).contains("with SIGKILL after", "Started worker 4");
    assertThat(number(report, "kills")).isEqualTo(2);
    // two at first, one for each kill, and each replaced once by one with the corrected code
    assertThat(number(report, "workers")).isEqualTo(6);
    assertThat(number(report, "calls") - number(report, "effects"))
        .isEqualTo(number(report, "repeatedAfterKill") + number(report, "repeatedByOthers"));
  }

  private static void assertPostings(JsonNode report) {
    assertThat(number(report, "refused")).isOne();
    assertThat(number(report, "scored") + number(report, "givenUp")).isEqualTo(POSTINGS - 1);
    assertThat(number(report, "replayedFromSnapshot")).isPositive();
    // a call and a failed call of it are two calls
    assertThat(number(report.at("/metrics/all"), "calls")).isEqualTo(number(report, "effects"));
    assertThat(number(report.at("/metrics/actor~1summarise"), "failures")).isPositive();
  }

  private static void assertProjections(JsonNode report) {
    // a field of one row, and another row
    assertThat(number(report, "damageFound")).isEqualTo(2);
    assertThat(number(report, "rowsRenewed")).isEqualTo(2);
    assertThat(number(report, "readsOfFormerRows")).isPositive();
    assertThat(number(report, "readsOfNewRows")).isPositive();
    assertThat(number(report, "appendedMeanwhile")).isNotNegative();
    assertThat(number(report, "shortlistedAfter"))
        .isGreaterThan(number(report, "shortlistedBefore"));
  }

  private static int number(JsonNode report, String name) {
    return report.get(name).intValue();
  }
}
