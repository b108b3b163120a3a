// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite file and a clock for each test, and workers that are closed after it. */
abstract class OnSqlite {

  /** Longer than anything takes; reached only when something is broken. */
  static final Duration LONG = Duration.ofSeconds(120);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  final MovableClock clock = new MovableClock();
  @TempDir Path directory;
  Provider provider;

  /** What tests set workers to unless they say otherwise. */
  static final WorkerSettings QUICK =
      WorkerSettings.defaults()
          .withCloseGrace(Duration.ZERO)
          .withRedelivery(new RedeliveryBackoff(Duration.ZERO, Duration.ZERO));

  @BeforeEach
  void openStore() {
    provider = openHandle();
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** Another handle on the same file. */
  final Provider openHandle() {
    Path file = directory.resolve("store.db");
    return closing(
        Providers.open(
            ProviderConfig.url("sqlite:" + file + "?synchronous=normal").clock(clock).build()));
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  /** A worker on the file with one engine, closed after the test. */
  final Worker work(TurnHandler engine) {
    return start(Worker.builder(provider).settings(QUICK).turns(engine));
  }

  final Worker start(Worker.Builder builder) {
    return closing(builder.start());
  }

  /** What keeps an instance from moving. */
  final List<String> problems(String instanceId) {
    return provider.describeInstance(instanceId).stream()
        .flatMap(found -> found.problems().stream())
        .map(InstanceDescription.Problem::text)
        .toList();
  }

  /** Waits for a condition that nothing signals. */
  static void await(BooleanSupplier condition) {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      try {
        assertThat(never.tryAcquire(2, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
