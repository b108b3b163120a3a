// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo, small, with processes that are really killed: each of them, and one worker. */
@Timeout(900)
abstract class DemoTicketsContract {

  /** Some of each tenant, and among them some whose messages become dead letters. */
  private static final int TICKETS = 15;

  /** Runs it and returns its report. */
  static JsonNode run(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> args =
        new ArrayList<>(
            List.of(
                "demo-tickets",
                "--tickets",
                "" + TICKETS,
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
            "Killed worker",
            "Killed desk",
            "Killed operator",
            "Killed office",
            "Killed migrator",
            "Started migrator 3");
    JsonNode report = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(report.get("auditHolds").booleanValue()).isTrue();
    assertThat(report.get("tickets").intValue()).isEqualTo(TICKETS);
    assertThat(report.get("kills").intValue()).isOne();
    assertThat(report.get("redriven").intValue()).isPositive();
    assertThat(report.get("dropped").intValue()).isPositive();
    assertThat(report.get("decisions").intValue())
        .isGreaterThan(report.get("redriven").intValue() + report.get("dropped").intValue());
    assertThat(report.get("replaysFromSnapshot").intValue()).isPositive();
    assertThat(report.get("snapshots").intValue()).isPositive();
    assertThat(report.get("migrations").get("initech"))
        .extracting(JsonNode::stringValue)
        .containsExactly(
            "OFF to DUAL",
            "DUAL to VALIDATED",
            "VALIDATED to READ_NEW",
            "READ_NEW to DUAL",
            "DUAL to VALIDATED",
            "VALIDATED to READ_NEW");
    return report;
  }
}
