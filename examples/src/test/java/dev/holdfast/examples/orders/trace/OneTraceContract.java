// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.orders.trace.SpanFile.Seen;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One trace leads from a request through an order and its events to a report, in three processes.
 */
@Timeout(240)
abstract class OneTraceContract {

  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process process(Store store, String role) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dslf4j.provider=" + MdcLog.class.getName(),
            "-cp",
            System.getProperty("java.class.path"),
            TracedProcess.class.getName(),
            role,
            spans(role).toString(),
            directory.resolve("ledger.db").toString(),
            store.provider());
    Process process =
        store.told(builder).redirectError(directory.resolve(role + ".err").toFile()).start();
    processes.add(process);
    return process;
  }

  private Path spans(String role) {
    return directory.resolve(role);
  }

  private static void until(Process process, String line) throws IOException {
    BufferedReader said = process.inputReader();
    String next = said.readLine();
    while (next != null && !next.startsWith(line)) {
      next = said.readLine();
    }
    assertThat(next).as("it ended without a word").isNotNull();
  }

  /** Tells it to end, and returns what it has logged behind what was read. */
  private static List<String> end(Process process) throws Exception {
    process.getOutputStream().close();
    List<String> logged =
        process.inputReader().lines().filter(line -> line.startsWith("LOG ")).toList();
    assertThat(process.waitFor()).isZero();
    return logged;
  }

  final void assertOneTrace(Store store) throws Exception {
    Process reports = process(store, "reports");
    until(reports, "ready");
    Process worker = process(store, "worker");
    until(worker, "ready");
    Process shop = process(store, "shop");
    until(shop, "ended");
    List<String> counted = new ArrayList<>();
    String line = reports.inputReader().readLine();
    while (line != null && !line.contains(" counted ")) {
      line = reports.inputReader().readLine();
    }
    counted.add(line);
    List<String> shopLog = end(shop);
    List<String> workerLog = end(worker);
    counted.addAll(end(reports));

    List<Seen> seen = new ArrayList<>();
    for (String role : List.of("shop", "worker", "reports")) {
      assertThat(Files.exists(spans(role))).as("spans of " + role).isTrue();
      seen.addAll(Seen.of(spans(role)));
    }
    String trace =
        seen.stream()
            .filter(span -> span.name().equals("request"))
            .findFirst()
            .orElseThrow()
            .trace();
    assertThat(seen).extracting(Seen::trace).containsOnly(trace);
    Map<String, Seen> byId = seen.stream().collect(Collectors.toMap(Seen::id, Function.identity()));
    for (Seen span : seen) {
      Seen parent = byId.get(span.parent());
      String above = parent == null ? "nothing" : parent.process() + ": " + parent.name();
      switch (span.name()) {
        case "request" -> assertThat(above).isEqualTo("nothing");
        case "start process-order" -> assertThat(above).isEqualTo("shop: request");
        case "turn process-order" -> assertThat(above).isEqualTo("shop: start process-order");
        case "turn ship-order" -> assertThat(above).isEqualTo("worker: turn process-order");
        case "activity reserve", "activity charge" ->
            assertThat(above).isEqualTo("worker: turn process-order");
        case "activity book-carrier", "activity hand-over" ->
            assertThat(above).isEqualTo("worker: turn ship-order");
        case "append parcel" -> assertThat(above).isEqualTo("worker: activity hand-over");
        case "project parcels" -> assertThat(above).isEqualTo("worker: append parcel");
        default -> throw new AssertionError("nobody expects " + span);
      }
    }
    assertThat(seen).extracting(Seen::process).contains("shop", "worker", "reports");
    assertThat(seen).extracting(Seen::name).contains("append parcel", "project parcels");
    assertThat(workerLog).anyMatch(text -> text.startsWith("LOG " + trace + " noting "));
    assertThat(counted).anyMatch(text -> text.startsWith("LOG " + trace + " counted "));
    assertThat(shopLog).allMatch(text -> text.startsWith("LOG "));
  }
}
