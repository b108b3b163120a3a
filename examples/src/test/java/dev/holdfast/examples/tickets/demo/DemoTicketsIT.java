// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demo of tickets on a file, and what it refuses. */
class DemoTicketsIT extends DemoTicketsContract {

  @TempDir private Path dir;

  @Test
  void theAuditHoldsOnSqlite() {
    JsonNode report = run();
    assertThat(report.get("provider").stringValue()).isEqualTo("sqlite");
  }

  @Test
  void badInputIsOneLineAndTwo() throws IOException {
    refused("--tickets", "0");
    refused("--workers", "33");
    refused("--kills", "-1");
    refused("--provider", "paper");
    refused("--speed", "high");
    refused("--file", dir.resolve("nowhere.jsonl").toString());
    Path file = dir.resolve("tickets.jsonl");
    Files.writeString(
        file, "{\"id\":\"1\",\"tenant\":\"acme\",\"ticket\":\"T\",\"event\":\"Lost\"}\n");
    assertThat(refused("--file", file.toString())).contains("line 1", "Lost");
  }

  private static String refused(String... options) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    String[] args = {"demo-tickets", options[0], options[1]};
    assertThat(Main.run(nowhere, new PrintStream(err, true, StandardCharsets.UTF_8), args))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    return err.toString(StandardCharsets.UTF_8);
  }
}
