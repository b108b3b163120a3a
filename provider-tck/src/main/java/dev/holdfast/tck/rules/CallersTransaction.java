// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/**
 * Transactions of a caller on one connection of its own, the next beginning where one ends. What is
 * open when it is closed is rolled back. For one thread.
 */
final class CallersTransaction implements AutoCloseable {

  private final TransactionalEnqueue posting;
  private final Connection connection;
  private final String table;

  /** Begins on a connection that is given. */
  CallersTransaction(Handle handle, CallersConnections connections, Connection connection) {
    posting = through(handle);
    this.connection = connection;
    this.table = connections.table();
    run(() -> connection.setAutoCommit(false));
  }

  /** Ends a test of what only a provider that declares it can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.TRANSACTIONAL_ENQUEUE)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TRANSACTIONAL_ENQUEUE.name());
    }
    // A handle that is opened beside an open transaction may have to wait for it.
    store.second();
  }

  /** Ends a test of what only a store can do in which several transactions write at once. */
  static void requireSeveralWriters(StoreUnderTest store) {
    requireDeclared(store);
    if (store.callersConnections().oneWriter()) {
      throw new NotMeasured(FixturePart.SEVERAL_WRITERS);
    }
  }

  /** Begins one that posts through the first handle. */
  static CallersTransaction begin(StoreUnderTest store) {
    requireDeclared(store);
    return begin(store, store.first());
  }

  /** Begins one that posts through a handle. */
  static CallersTransaction begin(StoreUnderTest store, Handle handle) {
    requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    return new CallersTransaction(handle, connections, get(connections::connect));
  }

  /** The feature of a handle, which declares it. */
  static TransactionalEnqueue through(Handle handle) {
    return handle
        .provider()
        .capability(TransactionalEnqueue.class)
        .orElseThrow(() ->
            Expect.violation("What is declared is not offered.", "TransactionalEnqueue", "none"));
  }

  /** Posts a message. */
  OrchestratorMessage post(OrchestratorMessage message) {
    posting.enqueue(connection, message);
    return message;
  }

  /** Writes a row of the caller. */
  void insert(String id) {
    run(() -> {
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO " + table + " (id) VALUES (?)")) {
        statement.setString(1, id);
        statement.executeUpdate();
      }
    });
  }

  /** The rows of the caller, as this transaction sees them. */
  Set<String> rows() {
    return get(() -> {
      Set<String> ids = new TreeSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id FROM " + table)) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      return ids;
    });
  }

  Connection connection() {
    return connection;
  }

  Savepoint savepoint() {
    return get(connection::setSavepoint);
  }

  void rollback(Savepoint savepoint) {
    run(() -> connection.rollback(savepoint));
  }

  void commit() {
    run(connection::commit);
  }

  void rollback() {
    run(connection::rollback);
  }

  @Override
  public void close() {
    run(() -> {
      if (!connection.isClosed()) {
        try (connection) {
          if (!connection.getAutoCommit()) {
            connection.rollback();
          }
        }
      }
    });
  }

  /** Something with JDBC that must not fail. */
  @FunctionalInterface
  interface Step {
    void run() throws SQLException;
  }

  /** Something with JDBC that must not fail and has an answer. */
  @FunctionalInterface
  interface Question<T> {
    T get() throws SQLException;
  }

  static void run(Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  static <T> T get(Question<T> question) {
    try {
      return question.get();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The caller does nothing wrong, so either its connection is, or its transaction was spoiled. */
  private static RuleViolation failed(SQLException e) {
    return Expect.violation(
        "A statement of the caller failed in its own transaction.", "that it works", e);
  }
}
