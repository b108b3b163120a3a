// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a SQLite store that the runtime has made, while a worker runs. */
@Timeout(120)
abstract class OnStore {

  static final Duration LONG = Duration.ofMinutes(1);

  /** An activity that the worker knows. */
  static final Activity<String, String> UPPER = Activity.named("upper", String.class, String.class);

  /** An activity that it does not know. */
  static final Activity<String, String> UNSERVED =
      Activity.named("unserved", String.class, String.class);

  static final Orchestration<String, String> SHOUT =
      Orchestration.named(
          "shout", String.class, String.class, (ctx, in) -> ctx.call(UPPER, in).await());

  static final Orchestration<String, String> BROKEN =
      Orchestration.named(
          "broken",
          String.class,
          String.class,
          (ctx, in) -> {
            throw new IllegalStateException("no " + in);
          });

  static final Orchestration<String, String> SLEEP =
      Orchestration.named(
          "sleep",
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.timer(Duration.ofHours(3)).await();
            return in;
          });

  static final Orchestration<String, String> LISTEN =
      Orchestration.named(
          "listen",
          String.class,
          String.class,
          (ctx, in) -> in + ctx.event("word", String.class).await());

  static final Orchestration<String, String> ASK =
      Orchestration.named(
          "ask", String.class, String.class, (ctx, in) -> ctx.call(UNSERVED, in).await());

  /** Calls an activity with a tag that the worker does not serve. */
  static final Orchestration<String, String> RENDER =
      Orchestration.named(
          "render",
          String.class,
          String.class,
          (ctx, in) -> ctx.call(UPPER, in, ActivityOptions.defaults().withTag("gpu")).await());

  static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) -> ctx.child(LISTEN, in + "/child", in).await());

  /** Has an execution for each letter, and one more. */
  static final Orchestration<String, String> COUNTDOWN =
      Orchestration.named(
          "countdown",
          String.class,
          String.class,
          (ctx, in) -> in.isEmpty() ? "done" : ctx.continueAsNew(in.substring(1)));

  /** An orchestration that no worker knows. */
  static final Orchestration<String, String> UNKNOWN =
      Orchestration.reference("unknown", String.class, String.class);

  @TempDir Path dir;

  String url;
  Shell shell;
  Holdfast worker;
  HoldfastClient client;

  @BeforeEach
  void open() {
    url = "sqlite:" + dir.resolve("orders.db");
    shell = new Shell(url);
    worker =
        Holdfast.builder(url)
            .activity(UPPER, (ctx, in) -> in.toUpperCase(Locale.ROOT))
            .orchestration(SHOUT)
            .orchestration(BROKEN)
            .orchestration(SLEEP)
            .orchestration(LISTEN)
            .orchestration(ASK)
            .orchestration(RENDER)
            .orchestration(PARENT)
            .orchestration(COUNTDOWN)
            .start();
    client = worker.client();
  }

  @AfterEach
  void close() {
    worker.close(Duration.ZERO);
  }

  /** Starts an instance and waits for its end, however it ends. */
  void end(Orchestration<String, String> orchestration, String id, String input) {
    client.start(orchestration, id, input);
    try {
      client.awaitStatus(id, LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits, at the pace of a client that awaits an instance, until something is so. */
  void until(String id, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      try {
        client.awaitStatus(id, Duration.ofMillis(20));
      } catch (AwaitTimeoutException e) {
        continue; // that is the pace
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Waits until {@code why} gives a reason. */
  void untilWhy(String id, String standing) {
    until(
        id,
        () -> {
          Shell.Run run = shell.run("why", id, "--json");
          return run.exit() == 0 && run.object().get("standing").stringValue().equals(standing);
        });
  }
}
