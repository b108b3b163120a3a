// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

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

  static final Activity<Integer, Integer> CHARGE =
      Activity.named("charge", Integer.class, Integer.class);
  static final Activity<Integer, Integer> SHIP =
      Activity.named("ship", Integer.class, Integer.class);
  static final Orchestration<Integer, Integer> ORDER =
      Orchestration.named(
          "order",
          Integer.class,
          Integer.class,
          (ctx, n) -> {
            int charged = ctx.call(CHARGE, n).await();
            return ctx.call(SHIP, charged).await();
          });

  static final Activity<Integer, Integer> HANG =
      Activity.named("hang", Integer.class, Integer.class);
  static final Orchestration<Integer, Integer> HANGS =
      Orchestration.named(
          "hangs", Integer.class, Integer.class, (ctx, n) -> ctx.call(HANG, n).await());

  /** As {@link #HANGS}, in the session "s". */
  static final Orchestration<Integer, Integer> HANGS_IN_SESSION =
      Orchestration.named(
          "hangs-in-session",
          Integer.class,
          Integer.class,
          (ctx, n) -> ctx.call(HANG, n, ActivityOptions.defaults().withSession("s")).await());

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  static WorkerProcess launch(String url, Path ledger, String name, Duration lockFor)
      throws IOException {
    Process process =
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
            .start();
    return new WorkerProcess(process);
  }

  /** Ends it without a chance to clean up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends it SIGTERM and waits for its end; nothing of its own code has a part in that. */
  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** Lets it close its worker; answers its exit code. */
  int end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return process.waitFor();
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    try (Ledger ledger = new Ledger(Path.of(arguments[1]), arguments[2]);
        Holdfast holdfast =
            Holdfast.builder(arguments[0])
                .lockFor(Duration.parse(arguments[3]))
                .orchestration(ORDER)
                .activity(CHARGE, (actx, n) -> effect(ledger, actx, n + 1))
                .activity(SHIP, (actx, n) -> effect(ledger, actx, n * 2))
                .closeGrace(Duration.ZERO)
                .orchestration(HANGS)
                .orchestration(HANGS_IN_SESSION)
                .servesSessions(1, Duration.parse(arguments[3]), Duration.parse(arguments[3]))
                .activity(
                    HANG,
                    (actx, n) -> {
                      actx.heartbeat("half of " + n);
                      Files.createFile(Path.of(arguments[1]).resolveSibling("hanging"));
                      new CountDownLatch(1).await();
                      return n;
                    })
                .start()) {
      while (System.in.read() >= 0) {
        // whoever launched this process still wants it
      }
      if (!holdfast.close(Duration.ofSeconds(20)).isClean()) {
        System.exit(3);
      }
    }
  }

  private static int effect(Ledger ledger, ActivityContext actx, int result) throws Exception {
    ledger.record(actx.name() + " " + actx.idempotencyKey());
    return result;
  }
}
