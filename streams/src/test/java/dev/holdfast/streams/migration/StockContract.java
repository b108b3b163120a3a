// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.StoreContract;
import dev.holdfast.streams.migration.Stock.Event;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueueWorker;
import dev.holdfast.worker.WorkerSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/** A table with what is in stock, on its way to events. */
abstract class StockContract extends StoreContract {

  protected String name;
  protected StockTable table;
  protected EventSourcing events;
  protected Migration<Event, StockTable.Row> migration;

  @BeforeEach
  final void openStock() throws SQLException {
    name = id("stock");
    table = new StockTable(name.replace('-', '_'));
    store.execute(table.create());
    closing(() -> store.execute("DROP TABLE " + table.name()));
    events = closing(library());
    migration = Stock.migration(events, name, table, store::connect);
  }

  protected EventSourcing library() {
    return EventSourcing.on(provider);
  }

  protected final QueueWorker work() {
    return closing(work(events, name));
  }

  static QueueWorker work(EventSourcing events, String name) {
    // What a killed process held is soon free; being killed often is nobody's fault here.
    return QueueEngine.builder(events)
        .queue(Stock.in(name))
        .build()
        .start(
            WorkerSettings.defaults()
                .withConcurrency(2, 1)
                .withLockFor(Duration.ofSeconds(3))
                .withMaxDeliveries(1_000));
  }

  /** What the application does, once; whatever others do meanwhile. */
  static void add(
      Migration<Event, StockTable.Row> migration,
      StockTable table,
      Connection connection,
      String id,
      String entry,
      long amount)
      throws SQLException {
    while (true) {
      try {
        migration
            .within(connection)
            .write(id, entry, new Event.Added(amount), table.adding(id, amount));
        connection.commit();
        return;
      } catch (ProviderError.Retryable e) {
        connection.rollback();
      } catch (SQLException e) {
        connection.rollback();
        if (!isContention(e)) {
          throw e;
        }
      }
    }
  }

  /** A deadlock or a lock that was not free in time. */
  private static boolean isContention(SQLException e) {
    return "40P01".equals(e.getSQLState())
        || "40001".equals(e.getSQLState())
        || String.valueOf(e.getMessage()).contains("SQLITE_BUSY");
  }

  protected final void add(String id, String entry, long amount) throws SQLException {
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      add(migration, table, connection, id, entry, amount);
    }
  }

  /** Adds, and waits until it has come to its stream. */
  protected final void addAndWait(String id, String entry, long amount) throws Exception {
    add(id, entry, amount);
    migration.await(id, entry, Duration.ofSeconds(60));
  }

  protected final void insert(String id, long times, long amount) throws SQLException {
    try (Connection connection = store.connect()) {
      table.insert(connection, id, new StockTable.Row(times, amount));
    }
  }

  protected final List<String> types(String id) {
    return stream(id).stream().map(event -> event.content().type()).toList();
  }

  protected final List<StreamEvent> stream(String id) {
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    List<StreamEvent> events = new ArrayList<>();
    StreamPage page;
    do {
      page =
          streams.readStream(
              new StreamId(name, id),
              events.size() + 1,
              Direction.FORWARDS,
              streams.limits().maxPageSize());
      events.addAll(page.events());
    } while (!page.complete());
    return events;
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    Semaphore never = new Semaphore(0);
    while (!condition.getAsBoolean()) {
      assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  /** All the way forward to a phase, with what it needs. */
  protected final void forwardTo(Phase phase) {
    for (Phase next : Phase.values()) {
      if (next.compareTo(migration.phase()) > 0 && next.compareTo(phase) <= 0) {
        if (next == Phase.VALIDATED) {
          migration.importRows();
          Validation validation = migration.validate();
          while (validation.unsettled() > 0) {
            validation = migration.validate();
          }
          assertThat(validation.differences()).isEmpty();
        }
        migration.switchTo(next, "forward");
      }
    }
  }
}
