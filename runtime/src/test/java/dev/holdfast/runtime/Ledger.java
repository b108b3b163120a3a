// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The outside world of a test: a file of its own, in which each effect has a unique key. Survives
 * the processes that write it.
 */
final class Ledger implements AutoCloseable {

  private final ReentrantLock guard = new ReentrantLock();
  private final Connection db;
  private final String process;

  Ledger(Path file, String process) throws SQLException {
    this.process = process;
    db = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement sql = db.createStatement()) {
      sql.execute("PRAGMA busy_timeout = 30000");
      sql.execute("PRAGMA journal_mode = WAL");
      sql.execute("PRAGMA synchronous = OFF");
      sql.execute("CREATE TABLE IF NOT EXISTS effect(key TEXT PRIMARY KEY, process TEXT NOT NULL)");
      sql.execute("CREATE TABLE IF NOT EXISTS repeated(key TEXT NOT NULL, process TEXT NOT NULL)");
    }
  }

  /** Records an effect, and whether it had been recorded before. */
  void record(String key) throws SQLException {
    guard.lock();
    try {
      if (insert("INSERT OR IGNORE INTO effect(key, process) VALUES (?, ?)", key) == 0) {
        insert("INSERT INTO repeated(key, process) VALUES (?, ?)", key);
      }
    } finally {
      guard.unlock();
    }
  }

  int effects() throws SQLException {
    return count("SELECT count(*) FROM effect");
  }

  int repeated() throws SQLException {
    return count("SELECT count(*) FROM repeated");
  }

  int processes() throws SQLException {
    return count("SELECT count(DISTINCT process) FROM effect");
  }

  private int insert(String statement, String key) throws SQLException {
    try (PreparedStatement sql = db.prepareStatement(statement)) {
      sql.setString(1, key);
      sql.setString(2, process);
      return sql.executeUpdate();
    }
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
