// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import static dev.holdfast.provider.sqlite.store.Writes.awaitQuietly;
import static dev.holdfast.provider.sqlite.store.Writes.blocking;
import static dev.holdfast.provider.sqlite.store.Writes.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever goes wrong on the thread that writes for all, out of memory included, ends with a result
 * or an error for each. A caller left waiting is a failure.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NobodyLeftWaitingTest {

  private static final int LARGE = 100;

  @TempDir Path directory;
  private final Map<String, AtomicReference<@Nullable Runnable>> before = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicReference<@Nullable Error> onReady = new AtomicReference<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private SqliteFile file;
  private WriteCombiner combiner;

  /** There is no memory to tell about it either. */
  private static final class Untellable extends OutOfMemoryError {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      throw new OutOfMemoryError("injected");
    }
  }

  private void once(String method, Error error) {
    once(
        method,
        () -> {
          throw error;
        });
  }

  /** Does something else first, once. */
  private void once(String method, Runnable action) {
    before.computeIfAbsent(method, name -> new AtomicReference<>()).set(action);
  }

  private Connection watched(Connection connection) {
    open.incrementAndGet();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                open.decrementAndGet();
              }
              AtomicReference<@Nullable Runnable> action = before.get(method.getName());
              Runnable first = action == null ? null : action.getAndSet(null);
              if (first != null) {
                first.run();
              }
              return call(connection, method, arguments);
            });
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @BeforeEach
  void open() throws SQLException {
    file =
        new SqliteFile(
            directory.resolve("store.db"),
            SqliteFile.Synchronous.FULL,
            1_000,
            (url, properties) -> {
              Connection made = Connector.DRIVER.connect(url, properties);
              return made == null ? null : watched(made);
            });
    Session writer = file.openWriter();
    writer.execute("CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT");
    combiner =
        new WriteCombiner(
            file,
            new FileGuard(file.path()),
            writer,
            InstantSource.system(),
            0,
            (orchestrations, activities) -> {
              Error error = onReady.getAndSet(null);
              if (error != null) {
                throw error;
              }
            });
  }

  @AfterEach
  void close() throws SQLException {
    combiner.close();
    threads.shutdownNow();
  }

  private List<Integer> stored() throws SQLException {
    try (Session reader = file.openReader()) {
      return reader.list("SELECT n FROM t ORDER BY n", row -> row.getInt(1));
    }
  }

  /** Hands in a write and returns once its caller sleeps. */
  private Future<?> waiting(Write<@Nullable Void> write) throws InterruptedException {
    AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
    Future<?> future =
        threads.submit(() -> {
          caller.set(Thread.currentThread());
          return combiner.run(write);
        });
    Thread thread = caller.get();
    while (thread == null || thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
      thread = caller.get();
    }
    return future;
  }

  private static String end(Future<?> call) throws InterruptedException {
    try {
      call.get();
      return "Done";
    } catch (ExecutionException e) {
      return e.getCause().getClass().getSimpleName();
    }
  }

  /**
   * Writes that come while one is under way and share the next commit, and a large one behind them,
   * which has to be handed the lead; how they end.
   */
  private List<String> together(List<Write<@Nullable Void>> writes) throws InterruptedException {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<?> first = threads.submit(() -> combiner.run(blocking(underWay, goOn)));
    underWay.await();
    List<Future<?>> calls = new ArrayList<>();
    for (Write<@Nullable Void> write : writes) {
      calls.add(waiting(write));
    }
    calls.add(waiting(Write.of("test", Lanes.LARGE_BYTES + 1, insert(LARGE).body())));
    goOn.countDown();
    assertThat(end(first)).isEqualTo("Done");
    List<String> ends = new ArrayList<>();
    for (Future<?> call : calls) {
      ends.add(end(call));
    }
    return ends;
  }

  @Test
  void aCommittedWriteIsNoErrorBecauseNobodyCouldBeToldOfIt() throws Exception {
    onReady.set(new OutOfMemoryError("injected"));
    assertThat(end(threads.submit(() -> combiner.run(insert(1))))).isEqualTo("Done");
    combiner.run(insert(2));
    assertThat(stored()).containsExactly(1, 2);
  }

  @Test
  void anErrorThatCannotBeToldIsItsCallersAlone() throws Exception {
    Write<@Nullable Void> bad =
        new Write<>(
            "test",
            tx -> {
              throw new Untellable();
            });
    assertThat(together(List.of(insert(1), bad, insert(2))))
        .containsExactly("Done", "StoreFailure", "Done", "Done");
    assertThat(stored()).containsExactly(1, 2, LARGE);
  }

  @Test
  void noMemoryToRollBackMakesNobodyBelieveThatItIsStored() throws Exception {
    Write<@Nullable Void> bad =
        new Write<>(
            "test",
            tx -> {
              once("createStatement", new OutOfMemoryError("injected"));
              throw new InvalidRequest("test", "refused");
            });
    assertThat(together(List.of(insert(1), bad))).containsExactly("Done", "InvalidRequest", "Done");
    assertThat(stored()).containsExactly(1, LARGE);
  }

  @Test
  void whoeverWaitsIsRefusedAlsoWhenClosingFails() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    combiner.run(insert(1));
    once(
        "close",
        () -> {
          closing.countDown();
          awaitQuietly(goOn);
          throw new IllegalStateException("injected");
        });
    Future<?> close =
        threads.submit(() -> {
          combiner.close();
          return null;
        });
    closing.await();
    Future<?> late = waiting(insert(2));
    goOn.countDown();
    assertThat(end(close)).isEqualTo("IllegalStateException");
    assertThat(end(late)).isEqualTo("InvalidRequest");
  }

  @Test
  void anErrorInAReadLeavesNoConnectionBehind() {
    ReadPool readers = new ReadPool(file, new FileGuard(file.path()));
    int before = open.get();
    assertThatThrownBy(() ->
            readers.<@Nullable Void>read(
                "test",
                session -> {
                  throw new OutOfMemoryError("injected");
                }))
        .isInstanceOf(OutOfMemoryError.class);
    readers.close();
    assertThat(open).hasValue(before);
  }
}
