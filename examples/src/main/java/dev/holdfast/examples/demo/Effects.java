// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The world outside: the effects of steps, in a file of its own that survives the processes. An
 * effect is there once for each key, and every call is counted, so that repeats can be seen.
 * Thread-safe; several processes may open one file.
 */
public final class Effects implements AutoCloseable {

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS effect (
            key TEXT PRIMARY KEY, run TEXT NOT NULL, step TEXT NOT NULL, outputs TEXT NOT NULL)
          """,
          """
          CREATE TABLE IF NOT EXISTS call (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, pid INTEGER NOT NULL, attempt INTEGER NOT NULL,
            outputs TEXT NOT NULL)
          """);

  private final Connection db;
  private final ReentrantLock lock = new ReentrantLock();

  /** Opens the file, and makes it where there is none. */
  public Effects(Path file) throws SQLException {
    db = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
    try (Statement sql = db.createStatement()) {
      sql.execute("PRAGMA busy_timeout = 30000");
      sql.execute("PRAGMA journal_mode = WAL");
      // Enough to survive the death of a process, which is what the demo is about.
      sql.execute("PRAGMA synchronous = NORMAL");
      for (String statement : SCHEMA) {
        sql.execute(statement);
      }
    }
  }

  /** An effect that is there. */
  public record Effect(String key, String run, String step, String outputs) {}

  /** A call that was made, by which process, and with what. */
  public record Call(String key, long pid, int attempt, String outputs) {}

  /** Has the effect of a step, unless a call with its key had it before; counts the call. */
  public void record(String key, String run, String step, int attempt, String outputs)
      throws SQLException {
    lock.lock();
    try (Statement sql = db.createStatement()) {
      sql.execute("BEGIN IMMEDIATE");
      try {
        update(
            "INSERT OR IGNORE INTO effect (key, run, step, outputs) VALUES (?, ?, ?, ?)",
            key,
            run,
            step,
            outputs);
        update(
            "INSERT INTO call (key, pid, attempt, outputs) VALUES (?, ?, ?, ?)",
            key,
            ProcessHandle.current().pid(),
            attempt,
            outputs);
        sql.execute("COMMIT");
      } catch (SQLException | RuntimeException e) {
        sql.execute("ROLLBACK");
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /** How many effects there are. */
  public int count() throws SQLException {
    return list("SELECT count(*) FROM effect", row -> row.getInt(1)).getFirst();
  }

  /** How many calls a process has made. */
  public int calls(long pid) throws SQLException {
    return list("SELECT count(*) FROM call WHERE pid = " + pid, row -> row.getInt(1)).getFirst();
  }

  /** All effects. */
  public List<Effect> effects() throws SQLException {
    return list(
        "SELECT key, run, step, outputs FROM effect",
        row -> new Effect(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
  }

  /** All calls, in their order. */
  public List<Call> calls() throws SQLException {
    return list(
        "SELECT key, pid, attempt, outputs FROM call ORDER BY id",
        row -> new Call(row.getString(1), row.getLong(2), row.getInt(3), row.getString(4)));
  }

  /** Turns a row into a value. */
  @FunctionalInterface
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> list(String sql, Row<T> read) throws SQLException {
    lock.lock();
    try (Statement statement = db.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(read.read(rows));
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws SQLException {
    lock.lock();
    try {
      db.close();
    } finally {
      lock.unlock();
    }
  }
}
