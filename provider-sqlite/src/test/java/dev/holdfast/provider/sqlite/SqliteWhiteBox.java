// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.fixture.WhiteBox;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Looks into a database file with plain SQL, past the provider. */
final class SqliteWhiteBox implements WhiteBox {

  private final Path file;

  SqliteWhiteBox(Path file) {
    this.file = file;
  }

  @Override
  public List<StoredRow> rows() {
    List<StoredRow> rows = new ArrayList<>();
    try (Connection connection = connect()) {
      for (RowKind kind : RowKind.values()) {
        for (String query : queries(kind)) {
          read(connection, kind, query, rows);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot read " + file, e);
    }
  }

  /** Each query answers the instance id first. */
  private static List<String> queries(RowKind kind) {
    return switch (kind) {
      case INSTANCE ->
          List.of(
              """
              SELECT instance_id, name, version, parent_instance_id, created_at, updated_at,
                     execution_id, acked_epoch
                FROM holdfast_instance WHERE name IS NOT NULL ORDER BY instance_key
              """);
      case EXECUTION ->
          List.of(
              """
              SELECT i.instance_id, e.execution_id, e.status, e.output, e.started_at, e.completed_at
                FROM holdfast_execution e JOIN holdfast_instance i USING (instance_key)
               ORDER BY e.instance_key, e.execution_id
              """);
      case EVENT ->
          List.of(
              """
              SELECT i.instance_id, h.execution_id, h.event_id, h.kind, h.data, h.recorded_at
                FROM holdfast_history h JOIN holdfast_instance i USING (instance_key)
               ORDER BY h.instance_key, h.execution_id, h.event_id
              """);
      case MESSAGE ->
          List.of(
              """
              SELECT i.instance_id, m.seq, m.visible_at, m.kind, m.body, m.start_name,
                     m.start_version, m.start_parent, m.message_id, m.discard_if_unknown
                FROM holdfast_message m JOIN holdfast_instance i USING (instance_key)
               ORDER BY m.seq
              """);
      case ACTIVITY ->
          List.of(
              """
              SELECT i.instance_id, a.execution_id, a.activity_id, a.name, a.input,
                     a.orchestration_name, a.orchestration_version, a.tag, a.session_id
                FROM holdfast_activity a JOIN holdfast_instance i USING (instance_key)
               ORDER BY a.seq
              """);
      case LOCK ->
          List.of(
              """
              SELECT instance_id, ready_at, locked_until, lock_epoch, delivery_count
                FROM holdfast_instance
               WHERE lock_epoch > 0 OR delivery_count > 0 OR ready_at IS NOT NULL
               ORDER BY instance_key
              """,
              """
              SELECT i.instance_id, a.execution_id, a.activity_id, a.ready_at, a.lock_epoch,
                     a.delivery_count
                FROM holdfast_activity a JOIN holdfast_instance i USING (instance_key)
               ORDER BY a.seq
              """);
    };
  }

  private static void read(Connection connection, RowKind kind, String query, List<StoredRow> rows)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder text = new StringBuilder();
        for (int column = 2; column <= columns; column++) {
          text.append(result.getMetaData().getColumnName(column)).append('=');
          text.append(readable(result.getObject(column))).append(' ');
        }
        rows.add(new StoredRow(kind, result.getString(1), text.toString().strip()));
      }
    }
  }

  private static String readable(Object value) {
    return value instanceof byte[] bytes
        ? "x" + HexFormat.of().formatHex(bytes)
        : String.valueOf(value);
  }

  @Override
  public void corrupt(RowKind kind, String instanceId) {
    // An empty name or kind is what no value of the SPI can have.
    String update =
        switch (kind) {
          case INSTANCE -> "UPDATE holdfast_instance SET name = '' WHERE instance_id = ?";
          case MESSAGE ->
              """
              UPDATE holdfast_message SET kind = ''
               WHERE seq = (SELECT min(seq) FROM holdfast_message JOIN holdfast_instance
                             USING (instance_key) WHERE instance_id = ?)
              """;
          case EVENT ->
              """
              UPDATE holdfast_history SET kind = ''
               WHERE (instance_key, execution_id, event_id) = (
                     SELECT instance_key, h.execution_id, h.event_id
                       FROM holdfast_history h JOIN holdfast_instance USING (instance_key)
                      WHERE instance_id = ? ORDER BY h.execution_id, h.event_id LIMIT 1)
              """;
          case ACTIVITY ->
              """
              UPDATE holdfast_activity SET name = ''
               WHERE seq = (SELECT min(seq) FROM holdfast_activity JOIN holdfast_instance
                             USING (instance_key) WHERE instance_id = ?)
              """;
          case EXECUTION, LOCK ->
              throw new IllegalArgumentException("the white box corrupts no " + kind);
        };
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setString(1, instanceId);
      int changed = statement.executeUpdate();
      if (changed != 1) {
        throw new IllegalStateException(
            "corrupting a row of kind " + kind + " changed " + changed + " rows");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot write to " + file, e);
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
    }
    return connection;
  }
}
