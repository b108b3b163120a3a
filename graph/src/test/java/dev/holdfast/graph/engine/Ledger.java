// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The outside world of a test: a file of its own, in which each effect has a unique key, and each
 * execution is counted. Survives the processes that write it.
 */
final class Ledger implements AutoCloseable {

  private final ReentrantLock guard = new ReentrantLock();
  private final Connection db;

  Ledger(Path file) throws SQLException {
    db = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement sql = db.createStatement()) {
      sql.execute("PRAGMA busy_timeout = 30000");
      sql.execute("PRAGMA journal_mode = WAL");
      sql.execute("PRAGMA synchronous = OFF");
      sql.execute("CREATE TABLE IF NOT EXISTS effect(key TEXT PRIMARY KEY)");
      sql.execute("CREATE TABLE IF NOT EXISTS execution(key TEXT NOT NULL, process TEXT NOT NULL)");
    }
  }

  /** Records an effect under its key, once, and that its code was executed. */
  void record(String key, String process) throws SQLException {
    guard.lock();
    try (PreparedStatement effect =
            db.prepareStatement("INSERT OR IGNORE INTO effect(key) VALUES (?)");
        PreparedStatement execution =
            db.prepareStatement("INSERT INTO execution(key, process) VALUES (?, ?)")) {
      effect.setString(1, key);
      effect.executeUpdate();
      execution.setString(1, key);
      execution.setString(2, process);
      execution.executeUpdate();
    } finally {
      guard.unlock();
    }
  }

  int effects() throws SQLException {
    return count("SELECT count(*) FROM effect");
  }

  int executions() throws SQLException {
    return count("SELECT count(*) FROM execution");
  }

  int processes() throws SQLException {
    return count("SELECT count(DISTINCT process) FROM execution");
  }

  private int count(String query) throws SQLException {
    guard.lock();
    try (Statement sql = db.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getInt(1);
    } finally {
      guard.unlock();
    }
  }

  @Override
  public void close() throws SQLException {
    db.close();
  }
}
