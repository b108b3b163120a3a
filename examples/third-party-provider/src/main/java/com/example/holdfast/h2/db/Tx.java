// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.Payload;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One transaction: SQL, the store's time, and in a writing one the store's numbers. Used by one
 * thread.
 */
public final class Tx {

  private final Connection connection;
  private final String operation;
  private final long now;
  private long lastNumber;

  Tx(Connection connection, String operation, long now, long lastNumber) {
    this.connection = connection;
    this.operation = operation;
    this.now = now;
    this.lastNumber = lastNumber;
  }

  /** Makes a value of one row. */
  public interface Row<T> {
    /**
     * Reads the row that the result stands on.
     *
     * @param row the result
     * @return the value
     * @throws SQLException when H2 fails
     */
    T read(ResultSet row) throws SQLException;
  }

  /**
   * The SPI call this belongs to, for errors.
   *
   * @return its name
   */
  public String operation() {
    return operation;
  }

  /**
   * The store's time, the same throughout.
   *
   * @return microseconds since 1970
   */
  public long now() {
    return now;
  }

  /**
   * Draws a number that is greater than all drawn before, in any transaction.
   *
   * @return the number
   */
  public long nextNumber() {
    return ++lastNumber;
  }

  long lastNumber() {
    return lastNumber;
  }

  /**
   * Runs a statement that changes rows.
   *
   * @param sql the statement
   * @param arguments its parameters; payloads as they are
   * @return how many rows it changed
   * @throws SQLException when H2 fails
   */
  public int update(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      return statement.executeUpdate();
    }
  }

  /**
   * Runs a query.
   *
   * @param <T> the type of the answers
   * @param sql the query
   * @param row makes an answer of each row; never null
   * @param arguments its parameters
   * @return the answers, in order
   * @throws SQLException when H2 fails
   */
  public <T> List<T> query(String sql, Row<T> row, Object... arguments) throws SQLException {
    return queryWhile(any -> true, sql, row, arguments);
  }

  /**
   * Runs a query and reads its rows as long as they are wanted; the first that is not wanted is the
   * end, and nothing else of it is read.
   *
   * @param <T> the type of the answers
   * @param wanted looks at each row before it is read
   * @param sql the query
   * @param row makes an answer of each row; never null
   * @param arguments its parameters
   * @return the answers, in order
   * @throws SQLException when H2 fails
   */
  public <T> List<T> queryWhile(Row<Boolean> wanted, String sql, Row<T> row, Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = prepare(sql, arguments);
        ResultSet result = statement.executeQuery()) {
      List<T> answers = new ArrayList<>();
      while (result.next() && wanted.read(result)) {
        answers.add(row.read(result));
      }
      return answers;
    }
  }

  /**
   * Runs a query that answers one row at most.
   *
   * @param <T> the type of the answer
   * @param sql the query
   * @param row makes the answer of the row; never null
   * @param arguments its parameters
   * @return the answer, empty when there is no row
   * @throws SQLException when H2 fails
   */
  public <T> Optional<T> first(String sql, Row<T> row, Object... arguments) throws SQLException {
    return query(sql, row, arguments).stream().findFirst();
  }

  /**
   * Runs a query for the sake of whether it answers anything.
   *
   * @param sql the query
   * @param arguments its parameters
   * @return whether there is a row
   * @throws SQLException when H2 fails
   */
  public boolean exists(String sql, Object... arguments) throws SQLException {
    return first(sql, row -> true, arguments).isPresent();
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < arguments.length; i++) {
        Object argument = arguments[i];
        statement.setObject(
            i + 1, argument instanceof Payload payload ? payload.toByteArray() : argument);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
