// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A worker in a JVM of its own, which can be killed like any other process. */
public final class WorkerProcess {

  /** What a process that died of SIGKILL leaves: 128 + 9. */
  static final int KILLED = 137;

  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final String what;
  private final int number;
  private final Process process;
  private final Path log;
  private final Thread onExit;

  private WorkerProcess(String what, int number, Process process, Path log) {
    this.what = what;
    this.number = number;
    this.process = process;
    this.log = log;
    // When the demo is stopped, for instance with Ctrl-C, its worker goes too, and before a server
    // of the demo's own. Should the demo be killed, the worker sees the end of its standard input.
    this.onExit = new Thread(this::leave, "stop-" + what + "-" + number);
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  static WorkerProcess start(String what, int number, ProcessBuilder builder, Path log)
      throws IOException {
    return new WorkerProcess(what, number, builder.start(), log);
  }

  int number() {
    return number;
  }

  /** The number that the operating system knows it by. */
  public long pid() {
    return process.pid();
  }

  @Override
  public String toString() {
    return what + " " + number + " (process " + process.pid() + ")";
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

  private void leave() {
    process.destroy();
    try {
      process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks it to finish what it does and to end, and does not wait for it. */
  void askToStop() {
    process.destroy();
  }

  /** Asks it to finish what it does and to end. */
  void stop() throws InterruptedException {
    askToStop();
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

  private String logEnd() {
    return WorkerLog.end(log);
  }
}
