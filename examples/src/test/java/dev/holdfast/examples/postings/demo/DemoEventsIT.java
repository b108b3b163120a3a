// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo of events on a file, and what it refuses. */
class DemoEventsIT extends DemoEventsContract {

  @Test
  void theAuditHoldsOnSqlite() {
    JsonNode report = run();
    assertThat(report.get("provider").stringValue()).isEqualTo("sqlite");
  }

  @Test
  void badInputIsOneLineAndTwo() {
    refused("--postings", "19");
    refused("--workers", "33");
    refused("--kills", "-1");
    refused("--provider", "paper");
    refused("--speed", "high");
  }

  private static void refused(String... options) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    String[] args = {"demo-events", options[0], options[1]};
    assertThat(Main.run(nowhere, new PrintStream(err, true, StandardCharsets.UTF_8), args))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }
}
