// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole demo, with real processes and real kills. */
@Timeout(180)
class DemoIT {

  private static final int ORDERS = 60;

  @TempDir private Path dir;
  private DemoProcess demo;

  @BeforeEach
  void takeSomeOrders() throws IOException {
    demo = DemoProcess.in(dir, ORDERS);
  }

  @Test
  void survivesTheKillAndChargesNothingOnASecondRun() throws Exception {
    JsonNode first = demo.finish(demo.start());

    demo.assertAuditHolds(first);
    assertThat(first.get("resumed").booleanValue()).isFalse();
    assertThat(first.get("killedAt").isString()).isTrue();
    assertThat(first.get("killedAfterOrders").intValue()).isBetween(1, ORDERS - 1);
    assertThat(first.get("killedPid").isNumber()).isTrue();
    assertThat(first.get("provider").stringValue()).isEqualTo("sqlite");
    assertThat(first.get("workers").intValue()).isEqualTo(2);
    assertThat(demo.count("SELECT count(DISTINCT pid) FROM calls")).isEqualTo(2);
    long calls = demo.count("SELECT count(*) FROM calls");
    long charges = demo.count("SELECT count(*) FROM charges");

    JsonNode second = demo.finish(demo.start());

    demo.assertAuditHolds(second);
    assertThat(second.get("resumed").booleanValue()).isTrue();
    assertThat(second.get("killedAt").isNull()).isTrue();
    assertThat(second.get("workers").intValue()).isZero();
    assertThat(second.get("completed")).isEqualTo(first.get("completed"));
    assertThat(demo.count("SELECT count(*) FROM calls")).isEqualTo(calls);
    assertThat(demo.count("SELECT count(*) FROM charges")).isEqualTo(charges);
  }

  @Test
  void severalWorkersShareOneFile() throws Exception {
    JsonNode json = demo.finish(demo.start("--workers", "2"));

    demo.assertAuditHolds(json);
    assertThat(json.get("killedAt").isString()).isTrue();
    assertThat(json.get("workers").intValue()).isEqualTo(2);
    assertThat(demo.count("SELECT count(DISTINCT pid) FROM calls")).isEqualTo(2);
  }

  @Test
  void whenTheDemoItselfIsKilledItsWorkerLeavesAndTheNextRunCarriesOn() throws Exception {
    Process killed = demo.start();
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

    JsonNode resumed = demo.finish(demo.start());

    demo.assertAuditHolds(resumed);
    assertThat(resumed.get("resumed").booleanValue()).isTrue();
  }
}
