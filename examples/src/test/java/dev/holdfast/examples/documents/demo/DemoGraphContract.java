// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo, small, with worker processes of which one is really killed. */
@Timeout(180)
abstract class DemoGraphContract {

  /** Each text once. */
  private static final int RUNS = 8;

  /** Runs it and returns its report. */
  static JsonNode run(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> args =
        new ArrayList<>(
            List.of(
                "demo-graph",
                "--runs",
                "" + RUNS,
                "--workers",
                "2",
                "--kills",
                "1",
                "--seed",
                "7"));
    args.add("--json");
    args.addAll(List.of(options));
    int exit =
        Main.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            args.toArray(String[]::new));
    String said = err.toString(StandardCharsets.UTF_8);
    assertThat(exit).as("%s%n%s", said, out.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(said)
        .contains(
            "Started approver 2", "Started postman 2", "with SIGKILL after", "Started worker 3");
    JsonNode report = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(report.get("auditHolds").booleanValue()).isTrue();
    assertThat(report.get("runs").intValue()).isEqualTo(RUNS);
    assertThat(report.get("kills").intValue()).isOne();
    assertThat(report.get("workers").intValue()).isEqualTo(3);
    assertThat(report.get("reviewed").intValue()).isPositive();
    assertThat(report.get("published").intValue()).isBetween(1, RUNS - 1);
    int repeats =
        report.get("repeatedAfterKill").intValue() + report.get("repeatedAfterLostLock").intValue();
    assertThat(report.get("calls").intValue() - report.get("effects").intValue())
        .isEqualTo(repeats);
    return report;
  }
}
