// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.HistoryEvent;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite file and a clock for each test, and workers that are closed after it. */
abstract class OnSqlite {

  /** Longer than anything takes; reached only when something is broken. */
  static final Duration LONG = Duration.ofSeconds(120);

  private static final int LOOKS_PER_JUMP = 100;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  final MovableClock clock = new MovableClock();
  @TempDir Path directory;
  Provider provider;

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

  /** A worker on the file, closed without a grace period after the test. */
  final Holdfast work(UnaryOperator<Holdfast.Builder> setUp) {
    return work(provider, setUp);
  }

  final Holdfast work(Provider on, UnaryOperator<Holdfast.Builder> setUp) {
    Holdfast.Builder builder =
        Holdfast.builder(on)
            .closeGrace(Duration.ZERO)
            .redeliveryBackoff(Duration.ZERO, Duration.ZERO);
    if (clock.isFrozen()) {
      // Turns ahead have a time that goes on, and would set timers to later than it ever gets.
      builder.aheadAtMost(Duration.ZERO);
    }
    return closing(setUp.apply(builder).start());
  }

  /** The history as kinds, in order. */
  final List<String> kinds(String instanceId, long executionId) {
    return history(instanceId, executionId).stream().map(HistoryEvent::kind).toList();
  }

  final List<String> kinds(String instanceId) {
    return kinds(instanceId, 1);
  }

  final List<HistoryEvent> history(String instanceId, long executionId) {
    List<HistoryEvent> events = provider.readHistory(instanceId, executionId, 0, 100_000).events();
    assertThat(events.stream().map(HistoryEvent::eventId))
        .as("event ids are consecutive from 1")
        .containsExactlyElementsOf(
            java.util.stream.LongStream.rangeClosed(1, events.size()).boxed().toList());
    return events;
  }

  /** Waits until a history has so many events of a kind. */
  final void awaitEvents(String instanceId, String kind, int count) {
    await(() -> kinds(instanceId).stream().filter(kind::equals).count() >= count);
  }

  /**
   * Waits for a condition while time passes in jumps. A jump while a turn runs ends its lock, so
   * that there is room for turns between two jumps.
   */
  final void awaitOverTime(Duration jump, BooleanSupplier condition) {
    AtomicInteger looks = new AtomicInteger();
    await(() -> {
      if (looks.getAndIncrement() % LOOKS_PER_JUMP == 0) {
        clock.advance(jump);
      }
      return condition.getAsBoolean();
    });
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
