// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
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
import tools.jackson.databind.json.JsonMapper;

/** The whole demo, with real processes and real kills. */
@Timeout(180)
class DemoIT {

  private static final int ORDERS = 60;

  @TempDir private Path dir;
  private Path orders;
  private Path database;

  @BeforeEach
  void takeSomeOrders() throws IOException {
    database = dir.resolve("my orders.db");
    orders = dir.resolve("orders.jsonl");
    try (InputStream all =
        DemoIT.class.getResourceAsStream("/dev/holdfast/examples/orders/orders.jsonl")) {
      String text = new String(all.readAllBytes(), StandardCharsets.UTF_8);
      Files.write(orders, text.lines().limit(ORDERS).toList());
    }
  }

  @Test
  void survivesTheKillAndChargesNothingOnASecondRun() throws Exception {
    JsonNode first = finish(demo());

    assertAuditHolds(first);
    assertThat(first.get("resumed").booleanValue()).isFalse();
    assertThat(first.get("killedAt").isString()).isTrue();
    assertThat(first.get("killedAfterOrders").intValue()).isBetween(1, ORDERS - 1);
    assertThat(first.get("workers").intValue()).isEqualTo(2);
    assertThat(count("SELECT count(DISTINCT pid) FROM calls")).isEqualTo(2);
    long calls = count("SELECT count(*) FROM calls");
    long charges = count("SELECT count(*) FROM charges");

    JsonNode second = finish(demo());

    assertAuditHolds(second);
    assertThat(second.get("resumed").booleanValue()).isTrue();
    assertThat(second.get("killedAt").isNull()).isTrue();
    assertThat(second.get("workers").intValue()).isZero();
    assertThat(second.get("completed")).isEqualTo(first.get("completed"));
    assertThat(count("SELECT count(*) FROM calls")).isEqualTo(calls);
    assertThat(count("SELECT count(*) FROM charges")).isEqualTo(charges);
  }

  @Test
  void whenTheDemoItselfIsKilledItsWorkerLeavesAndTheNextRunCarriesOn() throws Exception {
    Process killed = demo();
    long worker;
    try (BufferedReader err = killed.errorReader(StandardCharsets.UTF_8)) {
      worker =
          err.lines()
              .filter(line -> line.startsWith("Started worker 1 (process "))
              .mapToLong(line -> Long.parseLong(line.replaceAll(".*process (\\d+).*", "$1")))
              .findFirst()
              .orElseThrow();
      // The next line tells how far it is: the worker is at work.
      assertThat(err.readLine()).contains("of " + ORDERS + " orders");
      killed.destroyForcibly().waitFor();
    }
    ProcessHandle.of(worker).ifPresent(w -> w.onExit().orTimeout(60, TimeUnit.SECONDS).join());
    assertThat(ProcessHandle.of(worker).filter(ProcessHandle::isAlive)).isEmpty();

    JsonNode resumed = finish(demo());

    assertAuditHolds(resumed);
    assertThat(resumed.get("resumed").booleanValue()).isTrue();
  }

  private static void assertAuditHolds(JsonNode json) {
    assertThat(json.get("auditHolds").booleanValue()).isTrue();
    assertThat(json.get("orders").intValue()).isEqualTo(ORDERS);
    assertThat(json.get("completed").intValue() + json.get("failed").intValue()).isEqualTo(ORDERS);
    assertThat(json.get("duplicates").intValue()).isZero();
    assertThat(json.get("lost").intValue()).isZero();
    assertThat(json.get("rejectedLines").intValue()).isZero();
    assertThat(json.get("seconds").isNumber()).isTrue();
  }

  private Process demo() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("demo", orders.toString(), "--json", "--db", database.toString()));
    return new ProcessBuilder(command).start();
  }

  /** Waits for the end; exit code 0 and one JSON object are what it has to give. */
  private static JsonNode finish(Process demo) throws Exception {
    String out;
    String err;
    try (InputStream stdout = demo.getInputStream();
        InputStream stderr = demo.getErrorStream()) {
      // Its messages are few and fit into the pipe.
      out = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
      err = new String(stderr.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(demo.waitFor()).as("exit code; it said:%n%s%n%s", err, out).isZero();
    return JsonMapper.shared().readTree(out);
  }

  private long count(String sql) throws SQLException {
    Path ledger = dir.resolve("my orders-ledger.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ledger);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.getLong(1);
    }
  }
}
