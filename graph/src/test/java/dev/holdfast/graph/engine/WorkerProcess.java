// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.Graphs;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A worker in a JVM of its own: store, ledger, name and lock length are its arguments, the end of
 * its input its end.
 */
final class WorkerProcess {

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  static WorkerProcess launch(String url, Path ledger, String name, Duration lockFor)
      throws IOException {
    return new WorkerProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    WorkerProcess.class.getName(),
                    url,
                    ledger.toString(),
                    name,
                    lockFor.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Ends it without a chance to clean up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it close its worker; returns its exit code. */
  int end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return process.waitFor();
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    try (Ledger ledger = new Ledger(Path.of(arguments[1]))) {
      Calc calc = new Calc();
      calc.all =
          context -> {
            ledger.record(context.idempotencyKey(), arguments[2]);
          };
      Calc.Hook hang =
          context -> {
            Files.createFile(Path.of(arguments[1]).resolveSibling("hanging"));
            new CountDownLatch(1).await();
          };
      calc.on("first", hang); // of the graph fork
      calc.on("s2", hang); // of the graph line
      try (Graphs graphs =
          calc.register(Graphs.builder(arguments[0]))
              .graph(Calc.FAN)
              .graph(Calc.FORK)
              .graph(Calc.LINE)
              .settings(
                  WorkerSettings.defaults()
                      .withLockFor(Duration.parse(arguments[3]))
                      .withCloseGrace(Duration.ofSeconds(20)))
              .start()) {
        while (System.in.read() >= 0) {
          // whoever launched this process still wants it
        }
        if (!graphs.close(Duration.ofSeconds(20)).isNothing()) {
          System.exit(3);
        }
      }
    }
  }
}
