// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo as a process, on the first of the orders that come with it.
 *
 * @param orders how many
 * @param file where they are
 * @param database given as {@code --db}
 */
record DemoProcess(int orders, Path file, Path database) {

  static DemoProcess in(Path directory, int orders) throws IOException {
    Path file = directory.resolve("orders.jsonl");
    try (InputStream all =
        DemoProcess.class.getResourceAsStream("/dev/holdfast/examples/orders/orders.jsonl")) {
      String text = new String(all.readAllBytes(), StandardCharsets.UTF_8);
      Files.write(file, text.lines().limit(orders).toList());
    }
    return new DemoProcess(orders, file, directory.resolve("my orders.db"));
  }

  Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("demo", file.toString(), "--json", "--db", database.toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).start();
  }

  /** Waits for the end; exit code 0 and one JSON object are what it has to give. */
  JsonNode finish(Process demo) throws Exception {
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

  void assertAuditHolds(JsonNode json) {
    assertThat(json.get("auditHolds").booleanValue()).isTrue();
    assertThat(json.get("orders").intValue()).isEqualTo(orders);
    assertThat(json.get("completed").intValue() + json.get("failed").intValue()).isEqualTo(orders);
    assertThat(json.get("duplicates").intValue()).isZero();
    assertThat(json.get("lost").intValue()).isZero();
    assertThat(json.get("wrong").intValue()).isZero();
    assertThat(json.get("rejectedLines").intValue()).isZero();
    assertThat(json.get("seconds").isNumber()).isTrue();
  }

  /** A number from the ledger. */
  long count(String sql) throws SQLException {
    Path ledger = database.resolveSibling("my orders-ledger.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ledger);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.getLong(1);
    }
  }
}
