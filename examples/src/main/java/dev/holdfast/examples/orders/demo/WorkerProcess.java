// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker in a JVM of its own, which can be killed like any other process. */
final class WorkerProcess {

  /** What a process that died of SIGKILL leaves: 128 + 9. */
  static final int KILLED = 137;

  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
  private static final int LOG_LINES = 15;

  private final int number;
  private final Process process;
  private final Path log;
  private final Thread onExit;

  private WorkerProcess(int number, Process process, Path log) {
    this.number = number;
    this.process = process;
    this.log = log;
    // When the demo is stopped, for instance with Ctrl-C, its worker goes too. Should the demo be
    // killed, the worker sees the end of its standard input.
    this.onExit = new Thread(process::destroy, "stop-worker-" + number);
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  static WorkerProcess start(int number, Place place) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dorg.slf4j.simpleLogger.logFile=System.out",
            "-Dorg.slf4j.simpleLogger.log.dev.holdfast.examples=info",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "worker",
            "--db",
            place.database().toString(),
            "--ledger",
            place.ledger().toString());
    File log = place.workerLog().toFile();
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    return new WorkerProcess(number, builder.start(), place.workerLog());
  }

  @Override
  public String toString() {
    return "worker " + number + " (process " + process.pid() + ")";
  }

  /** Says so when the worker died by itself. */
  void checkAlive() {
    if (!process.isAlive()) {
      throw new DemoFailedException(
          "%s died with exit code %d%n%s".formatted(this, process.exitValue(), logEnd()));
    }
  }

  /** Kills it: no goodbye, nothing finished, nothing given back. */
  void kill() throws InterruptedException {
    checkAlive();
    process.destroyForcibly();
    int exit = process.waitFor();
    forget();
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    if (exit != KILLED && !windows) {
      throw new DemoFailedException(
          "%s was to die of SIGKILL (exit code %d) and ended with exit code %d%n%s"
              .formatted(this, KILLED, exit, logEnd()));
    }
  }

  /** Asks it to finish what it does and to end. */
  void stop() throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    forget();
    if (!ended) {
      throw new DemoFailedException(
          "%s did not close within %d s%n%s".formatted(this, STOP_WITHIN.toSeconds(), logEnd()));
    }
  }

  /** Ends it in any way, when the demo has failed. */
  void discard() {
    process.destroyForcibly();
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The demo is being stopped, and the hook has run or will.
      return;
    }
  }

  String logEnd() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      int from = Math.max(0, lines.size() - LOG_LINES);
      return "The end of " + log + ":\n  " + String.join("\n  ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "Its log " + log + " cannot be read: " + e.getMessage();
    }
  }
}
