// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.examples.demo.StoreNote;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Several worker processes on one PostgreSQL database, with a real kill: on the server that
 * HOLDFAST_TEST_PG_URL names, else on the one that the demo starts.
 */
@Timeout(180)
class PostgresDemoIT {

  private static final int ORDERS = 60;
  private static final String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  @TempDir private Path dir;
  private DemoProcess demo;

  @BeforeEach
  void takeSomeOrders() throws IOException {
    demo = DemoProcess.in(dir, ORDERS);
  }

  @Test
  void threeWorkersSurviveTheKillOfOneAndASecondRunFindsTheStoreAgain() throws Exception {
    String[] options = options();
    try {
      JsonNode first = demo.finish(demo.start(options));

      demo.assertAuditHolds(first);
      assertThat(first.get("resumed").booleanValue()).isFalse();
      assertThat(first.get("provider").stringValue()).isEqualTo("postgres");
      assertThat(first.get("workers").intValue()).isEqualTo(3);
      assertThat(first.get("killedAt").isString()).isTrue();
      assertThat(first.get("killedAfterOrders").intValue()).isBetween(1, ORDERS - 1);
      assertThat(demo.count("SELECT count(DISTINCT pid) FROM calls")).isBetween(2L, 3L);
      long killed = first.get("killedPid").longValue();
      assertThat(demo.count("SELECT count(*) FROM calls WHERE pid = " + killed)).isPositive();
      long calls = demo.count("SELECT count(*) FROM calls");

      JsonNode second = demo.finish(demo.start(options));

      demo.assertAuditHolds(second);
      assertThat(second.get("resumed").booleanValue()).isTrue();
      assertThat(second.get("workers").intValue()).isZero();
      assertThat(second.get("completed")).isEqualTo(first.get("completed"));
      assertThat(second.get("database")).isEqualTo(first.get("database"));
      assertThat(demo.count("SELECT count(*) FROM calls")).isEqualTo(calls);
      if (GIVEN == null) {
        assertThat(server().resolve("postmaster.pid")).doesNotExist();
      }
    } finally {
      dropSchema();
    }
  }

  @Test
  void whenTheDemoItselfIsKilledNeitherWorkersNorServerAreLeft() throws Exception {
    assumeThat(GIVEN).as("a server that is not the demo's").isNull();
    Process killed = demo.start(options());
    List<Long> processes = new ArrayList<>();
    try (BufferedReader err = killed.errorReader(StandardCharsets.UTF_8)) {
      String line;
      while (!(line = err.readLine()).contains("of " + ORDERS + " orders")) {
        if (line.startsWith("Started worker ")) {
          processes.add(Long.parseLong(line.replaceAll(".*process (\\d+).*", "$1")));
        }
      }
      String postmaster = Files.readAllLines(server().resolve("postmaster.pid")).getFirst();
      processes.add(Long.parseLong(postmaster.strip()));
      killed.destroyForcibly().waitFor();
    }

    assertThat(processes).hasSize(4);
    for (long pid : processes) {
      ProcessHandle.of(pid).ifPresent(p -> p.onExit().orTimeout(60, TimeUnit.SECONDS).join());
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  private static String[] options() {
    List<String> options = new ArrayList<>(List.of("--provider", "postgres", "--workers", "3"));
    if (GIVEN != null) {
      options.addAll(List.of("--url", GIVEN));
    }
    return options.toArray(String[]::new);
  }

  /** The data of the demo's own server. */
  private Path server() {
    return dir.resolve("my orders-postgres").resolve("data");
  }

  /** On a server of others nothing is left behind. */
  private void dropSchema() throws SQLException {
    StoreNote note = StoreNote.read(dir.resolve("my orders-store.properties")).orElse(null);
    if (GIVEN == null || note == null || note.name().isEmpty()) {
      return;
    }
    try (Connection connection = TestSchema.create("orders").connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA \"" + note.name() + "\" CASCADE");
    }
  }
}
