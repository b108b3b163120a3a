// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demo of graphs on a file, and what it refuses. */
class DemoGraphIT extends DemoGraphContract {

  @TempDir private Path dir;

  @Test
  void theAuditHoldsOnSqlite() {
    JsonNode report = run();
    assertThat(report.get("provider").stringValue()).isEqualTo("sqlite");
  }

  @Test
  void badInputIsOneLineAndTwo() {
    refused("--runs", "0");
    refused("--workers", "33");
    refused("--kills", "-1");
    refused("--provider", "paper");
    refused("--documents", dir.toString());
    refused("--speed", "high");
  }

  private static void refused(String... options) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    String[] args = {"demo-graph", options[0], options[1]};
    assertThat(Main.run(nowhere, new PrintStream(err, true, StandardCharsets.UTF_8), args))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }
}
