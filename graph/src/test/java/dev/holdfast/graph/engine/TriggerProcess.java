// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.Graphs;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A worker for triggers and streams in a JVM of its own, which ends with its input. */
final class TriggerProcess {

  private final Process process;

  private TriggerProcess(Process process) {
    this.process = process;
  }

  static TriggerProcess launch(String url, Path ledger) throws IOException {
    return new TriggerProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TriggerProcess.class.getName(),
                    url,
                    ledger.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Ends it without a chance to clean up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    try (Ledger ledger = new Ledger(Path.of(arguments[1]))) {
      Calc calc = new Calc();
      String name = Long.toString(ProcessHandle.current().pid());
      calc.all = context -> ledger.record(context.idempotencyKey(), name);
      Graphs.Builder builder =
          StreamGraphs.register(
              calc.register(Graphs.builder(arguments[0])),
              (context, number) -> {},
              (context, size) -> {});
      try (Graphs graphs =
          builder
              .graph(TriggerProcessesContract.WATCH)
              .graph(TriggerProcessesContract.PIPE)
              .settings(WorkerSettings.defaults().withLockFor(Duration.ofSeconds(1)))
              .start()) {
        while (System.in.read() >= 0) {
          // whoever launched this process still wants it
        }
        graphs.close(Duration.ZERO);
      }
    }
  }
}
