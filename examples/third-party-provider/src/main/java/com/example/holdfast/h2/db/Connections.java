// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;

/**
 * The connections of one handle: its own, which it keeps until it is closed, or those of a data
 * source of the caller, each lent for one call and given back as it was. Thread-safe.
 */
final class Connections implements AutoCloseable {

  private final DataSource source;
  private final Location location;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  Connections(DataSource source, Location location) {
    this.source = source;
    this.location = location;
  }

  /** What is done with a connection. */
  interface Job<T> {
    T on(Connection connection) throws SQLException;
  }

  /** How a connection of the caller has to come back. */
  private record Lent(boolean autoCommit, int isolation, String schema) {

    static Lent of(Connection connection) throws SQLException {
      return new Lent(
          connection.getAutoCommit(), connection.getTransactionIsolation(), connection.getSchema());
    }

    void restore(Connection connection) throws SQLException {
      connection.setTransactionIsolation(isolation);
      connection.setSchema(schema);
      connection.setAutoCommit(autoCommit);
    }
  }

  /** Does something in the store's schema, without auto-commit; what is not committed is undone. */
  <T> T with(Job<T> job) throws SQLException {
    return location.borrowed() ? lent(job) : owned(job);
  }

  private <T> T owned(Job<T> job) throws SQLException {
    Connection connection = idle.poll();
    boolean clean = false;
    try {
      if (connection == null) {
        connection = source.getConnection();
        prepare(connection);
      }
      T answer = job.on(connection);
      clean = true;
      return answer;
    } finally {
      if (connection != null) {
        keep(connection, clean);
      }
    }
  }

  private void keep(Connection connection, boolean clean) {
    try {
      if (!clean) {
        connection.rollback();
      }
      // A closed one would fail its next user.
      if (!connection.isClosed()) {
        idle.push(connection);
      }
    } catch (SQLException e) {
      closeQuietly(connection);
    }
  }

  private <T> T lent(Job<T> job) throws SQLException {
    Connection connection = source.getConnection();
    Lent before = null;
    try {
      before = Lent.of(connection);
      prepare(connection);
      return job.on(connection);
    } finally {
      giveBack(connection, before);
    }
  }

  /** Never throws: what went wrong before is what the caller has to hear of. */
  private static void giveBack(Connection connection, Lent before) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      if (before != null) {
        before.restore(connection);
      }
    } catch (SQLException e) {
      // It is broken, and its pool finds that out.
    } finally {
      closeQuietly(connection);
    }
  }

  private void prepare(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    if (Schema.exists(connection, location.schema())) {
      connection.setSchema(location.schema());
    }
  }

  /** Does something through one more connection, which is not kept. */
  <T> T withAnother(Job<T> job) throws SQLException {
    return lent(job);
  }

  /** Closes those that nobody uses: after one was lost, the others are too. */
  @Override
  public void close() {
    for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
      closeQuietly(connection);
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use either way.
    }
  }
}
