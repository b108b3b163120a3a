// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection with its prepared statements, which live as long as the connection. Used by one
 * thread at a time.
 *
 * <p>Parameters may be {@code Long}, {@code Integer}, {@code Boolean}, {@code String}, {@code
 * byte[]} or null.
 */
public final class Session implements AutoCloseable {

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  public Session(Connection connection) {
    this.connection = connection;
  }

  /** Reads one row of a result. */
  @FunctionalInterface
  public interface RowReader<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * Runs a statement that returns no rows, such as a pragma or DDL, without keeping it prepared.
   */
  public void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement that returns no rows and is kept prepared, such as BEGIN and COMMIT. */
  public void run(String sql) throws SQLException {
    prepared(sql).execute();
  }

  /** Runs an insert, update or delete and returns the number of rows it touched. */
  public int update(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, parameters);
    return statement.executeUpdate();
  }

  /**
   * Runs the same statement for many rows in one go and returns how many of them touched nothing.
   */
  public int updateEach(String sql, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    if (rows.size() == 1) {
      return update(sql, rows.get(0)) == 0 ? 1 : 0;
    }
    PreparedStatement statement = prepared(sql);
    try {
      for (@Nullable Object[] row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      int untouched = 0;
      for (int count : statement.executeBatch()) {
        untouched += count == 0 ? 1 : 0;
      }
      return untouched;
    } finally {
      statement.clearBatch();
    }
  }

  /** Runs a query and reads every row. */
  public <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, parameters);
    try (ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    }
  }

  /** Receives a row and returns whether the next one is wanted. */
  @FunctionalInterface
  public interface RowVisitor {
    boolean goOnAfter(ResultSet row) throws SQLException;
  }

  /** Runs a query and reads row after row, as long as the visitor wants more. */
  public void visit(String sql, RowVisitor visitor, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, parameters);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next() && visitor.goOnAfter(rows)) {}
    }
  }

  /** Runs a query and reads the first row, or returns null when there is none. */
  public <T extends @Nullable Object> @Nullable T first(
      String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, parameters);
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? reader.read(rows) : null;
    }
  }

  /** Runs a query for one number; returns null when there is no row or the number is NULL. */
  public @Nullable Long number(String sql, @Nullable Object... parameters) throws SQLException {
    return first(sql, row -> nullableLong(row, 1), parameters);
  }

  /** Reads a number that may be NULL. */
  public static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      switch (parameters[i]) {
        case null -> statement.setObject(i + 1, null);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setLong(i + 1, number);
        case Boolean flag -> statement.setLong(i + 1, flag ? 1 : 0);
        case String text -> statement.setString(i + 1, text);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        default ->
            throw new IllegalArgumentException("no SQL type for " + parameters[i].getClass());
      }
    }
  }

  /** Closes the statements that are kept prepared, and leaves the connection open. */
  void closeStatements() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
