// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.streams.migration.OldTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table that says how the tickets of a tenant stand, from before there were events; beside it
 * the messages that have changed it, and the notes of who migrates. Thread-safe.
 *
 * @param tenant whose tickets
 */
record StatusTable(String tenant) implements OldTable<StatusRow> {

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS ticket_status (
            tenant VARCHAR(100), ticket VARCHAR(100), status VARCHAR(20) NOT NULL,
            subject VARCHAR(200), priority VARCHAR(20), assignee VARCHAR(100),
            PRIMARY KEY (tenant, ticket))
          """,
          """
          CREATE TABLE IF NOT EXISTS ticket_message (
            tenant VARCHAR(100), message VARCHAR(100), PRIMARY KEY (tenant, message))
          """,
          """
          CREATE TABLE IF NOT EXISTS ticket_note (
            tenant VARCHAR(100), step VARCHAR(20), said VARCHAR(1000), PRIMARY KEY (tenant, step))
          """);

  private static final String COLUMNS = "ticket, status, subject, priority, assignee";

  /** Makes the tables, with the rows that were there before. */
  static void create(Connection connection, Map<TicketKey, StatusRow> rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
    }
    for (Map.Entry<TicketKey, StatusRow> row : rows.entrySet()) {
      new StatusTable(row.getKey().tenant())
          .insert(connection, row.getKey().ticket(), row.getValue());
    }
  }

  private void insert(Connection connection, String ticket, StatusRow row) throws SQLException {
    update(
        connection,
        "INSERT INTO ticket_status (status, subject, priority, assignee, tenant, ticket)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        row.status(),
        row.subject(),
        row.priority(),
        row.assignee(),
        tenant,
        ticket);
  }

  /**
   * Writes how a ticket stands, but for what it is about, and that this is because of a message.
   */
  void write(Connection connection, String ticket, StatusRow row, String message)
      throws SQLException {
    int changed =
        update(
            connection,
            "UPDATE ticket_status SET status = ?, priority = ?, assignee = ?"
                + " WHERE tenant = ? AND ticket = ?",
            row.status(),
            row.priority(),
            row.assignee(),
            tenant,
            ticket);
    if (changed == 0) {
      insert(connection, ticket, row);
    }
    update(connection, "INSERT INTO ticket_message VALUES (?, ?)", tenant, message);
  }

  /**
   * Changes what a ticket is about, past the application, once.
   *
   * @return whether it was not changed before
   */
  boolean tamper(Connection connection, String ticket, String mark) throws SQLException {
    return update(
            connection,
            "UPDATE ticket_status SET subject = subject || ?"
                + " WHERE tenant = ? AND ticket = ? AND subject NOT LIKE ?",
            " " + mark,
            tenant,
            ticket,
            "%" + mark)
        > 0;
  }

  /** Notes that a message has changed nothing, since it could not happen. */
  void refuse(Connection connection, String message) throws SQLException {
    update(connection, "INSERT INTO ticket_message VALUES (?, ?)", tenant, message);
  }

  /** Tells whether a message has changed the table. */
  boolean isWritten(Connection connection, String message) throws SQLException {
    return !query(
            connection,
            "SELECT message FROM ticket_message WHERE tenant = ? AND message = ?",
            row -> row.getString(1),
            tenant,
            message)
        .isEmpty();
  }

  /** {@return how many messages have changed the table} */
  int written(Connection connection) throws SQLException {
    return query(
            connection,
            "SELECT count(*) FROM ticket_message WHERE tenant = ?",
            row -> row.getInt(1),
            tenant)
        .getFirst();
  }

  /** Notes something about a step, unless it is noted. */
  void note(Connection connection, String step, String said) throws SQLException {
    if (notes(connection, step).isEmpty()) {
      update(connection, "INSERT INTO ticket_note VALUES (?, ?, ?)", tenant, step, said);
    }
  }

  /** {@return what was noted about a step, one or nothing} */
  List<String> notes(Connection connection, String step) throws SQLException {
    return query(
        connection,
        "SELECT said FROM ticket_note WHERE tenant = ? AND step = ?",
        row -> row.getString(1),
        tenant,
        step);
  }

  @Override
  public Optional<StatusRow> read(Connection connection, String ticket) throws SQLException {
    return query(
            connection,
            "SELECT " + COLUMNS + " FROM ticket_status WHERE tenant = ? AND ticket = ?",
            StatusTable::row,
            tenant,
            ticket)
        .stream()
        .findFirst()
        .map(OldRow::row);
  }

  @Override
  public List<OldRow<StatusRow>> page(Connection connection, @Nullable String after, int limit)
      throws SQLException {
    return query(
        connection,
        "SELECT "
            + COLUMNS
            + " FROM ticket_status WHERE tenant = ? AND ticket > ? ORDER BY ticket LIMIT "
            + limit,
        StatusTable::row,
        tenant,
        after == null ? "" : after);
  }

  private static OldRow<StatusRow> row(ResultSet row) throws SQLException {
    return new OldRow<>(
        row.getString(1),
        new StatusRow(row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
  }

  /** Turns a row into a value. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> List<T> query(
      Connection connection, String sql, Reading<T> reading, String... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      List<T> all = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(reading.read(rows));
        }
      }
      return all;
    }
  }

  private static int update(Connection connection, String sql, @Nullable String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
