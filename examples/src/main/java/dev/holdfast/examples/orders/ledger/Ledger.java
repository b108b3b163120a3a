// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.orders.Catalog;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The books of the services outside, in one SQLite file. Each call is one transaction: its effect
 * and its line in the log of calls are there together or not at all.
 *
 * <p>The unique keys are those of the requests and not those of the orders, as with real payment
 * providers: somebody who charges one order under two keys is charged twice, and the audit sees it.
 *
 * <p>Thread-safe. Several processes may open one file.
 */
public final class Ledger implements AutoCloseable {

  private static final String SCHEMA =
      """
      CREATE TABLE IF NOT EXISTS orders (
        order_id TEXT PRIMARY KEY, content TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS stock (
        sku TEXT PRIMARY KEY, initial INTEGER NOT NULL, on_hand INTEGER NOT NULL CHECK (on_hand >= 0));
      CREATE TABLE IF NOT EXISTS reservations (
        key TEXT PRIMARY KEY, order_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'released', 'shipped')));
      CREATE TABLE IF NOT EXISTS charges (
        key TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS refunds (
        key TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS shipments (
        key TEXT PRIMARY KEY, order_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
        tracking TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS approvals (
        order_id TEXT PRIMARY KEY, asked_at INTEGER NOT NULL, answer TEXT, answered_at INTEGER);
      CREATE TABLE IF NOT EXISTS called_off (
        order_id TEXT NOT NULL, operation TEXT NOT NULL, PRIMARY KEY (order_id, operation));
      CREATE TABLE IF NOT EXISTS calls (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, pid INTEGER NOT NULL, operation TEXT NOT NULL,
        order_id TEXT NOT NULL, key TEXT NOT NULL, attempt INTEGER NOT NULL,
        delivery INTEGER NOT NULL, result TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS calls_by_order ON calls (order_id);
      CREATE INDEX IF NOT EXISTS calls_by_time ON calls (at);
      CREATE INDEX IF NOT EXISTS charges_by_order ON charges (order_id);
      CREATE INDEX IF NOT EXISTS reservations_by_order ON reservations (order_id);
      """;

  private final Sql sql;
  private final Network network;
  private final ReentrantLock lock = new ReentrantLock();

  private Ledger(Sql sql, Network network) {
    this.sql = sql;
    this.network = network;
  }

  /** What a service does in its transaction. */
  @FunctionalInterface
  interface Effect<T> {
    Answer<T> apply(Sql sql) throws SQLException;
  }

  /** Something read or written without a call. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T run(Sql sql) throws SQLException;
  }

  /**
   * Opens the books, and begins them where there are none.
   *
   * @param latency how long a call is on its way, there and back, on average; simulated
   * @throws SQLException when the file cannot be opened or is something else
   */
  public static Ledger open(Path file, Catalog catalog, Duration latency) throws SQLException {
    return open(file, catalog, Network.withLatency(latency));
  }

  /**
   * Opens the books, and begins them where there are none.
   *
   * @param network what lies between the callers and the services
   * @throws SQLException when the file cannot be opened or is something else
   */
  public static Ledger open(Path file, Catalog catalog, Network network) throws SQLException {
    Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    try {
      sql.execute("PRAGMA busy_timeout = 30000");
      sql.execute("PRAGMA journal_mode = WAL");
      // Enough to survive the death of a process, which is what the demo is about.
      sql.execute("PRAGMA synchronous = NORMAL");
      Ledger ledger = new Ledger(sql, network);
      ledger.transaction(tx -> {
        for (String statement : SCHEMA.split(";\\s*\\n")) {
          tx.execute(statement);
        }
        for (Map.Entry<String, Integer> entry : catalog.stock().entrySet()) {
          tx.update(
              "INSERT OR IGNORE INTO stock VALUES (?1, ?2, ?2)", entry.getKey(), entry.getValue());
        }
        return null;
      });
      return ledger;
    } catch (SQLException | RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  /** How many calls a process ever made. */
  public int calls(long pid) throws SQLException {
    return read(sql ->
        sql.first("SELECT count(*) FROM calls WHERE pid = ?", row -> row.getInt(1), pid).orElse(0));
  }

  /** Serves a call: the way there, one transaction, and the way back. */
  <T> T call(Call call, Effect<T> effect) throws SQLException, InterruptedException {
    network.carry(call, Network.Leg.REQUEST);
    Answer<T> answer =
        transaction(tx -> {
          Answer<T> made = effect.apply(tx);
          tx.update(
              "INSERT INTO calls (at, pid, operation, order_id, key, attempt, delivery, result)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              System.currentTimeMillis(),
              ProcessHandle.current().pid(),
              call.operation(),
              call.orderId(),
              call.key(),
              call.attempt(),
              call.delivery(),
              made.result().name());
          return made;
        });
    network.carry(call, Network.Leg.ANSWER);
    if (answer.refusal() != null) {
      throw answer.refusal();
    }
    return Objects.requireNonNull(answer.value());
  }

  <T extends @Nullable Object> T transaction(Work<T> work) throws SQLException {
    lock.lock();
    try {
      // Taken at once, so that no other process comes between what is read and what is written.
      sql.execute("BEGIN IMMEDIATE");
      try {
        T result = work.run(sql);
        sql.execute("COMMIT");
        return result;
      } catch (SQLException | RuntimeException e) {
        sql.execute("ROLLBACK");
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  <T extends @Nullable Object> T read(Work<T> work) throws SQLException {
    lock.lock();
    try {
      return work.run(sql);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws SQLException {
    lock.lock();
    try {
      sql.close();
    } finally {
      lock.unlock();
    }
  }
}
