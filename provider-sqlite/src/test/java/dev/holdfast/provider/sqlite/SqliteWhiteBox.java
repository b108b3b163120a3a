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
import java.util.Map;
import java.util.function.BooleanSupplier;

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
      case RUN -> List.of("SELECT run_id, * FROM holdfast_run ORDER BY run_key");
      case STEP ->
          List.of(
              """
              SELECT r.run_id, s.* FROM holdfast_step s JOIN holdfast_run r USING (run_key)
               ORDER BY s.run_key, s.step_id
              """);
      case PROJECTION_ROW ->
          List.of(
              """
              SELECT p.name, g.generation, r.key, r.version, r.size, r.value
                FROM holdfast_projection_row r
                JOIN holdfast_generation g USING (generation_key)
                JOIN holdfast_projection p USING (projection_key)
               WHERE g.dropped = 0
               ORDER BY r.generation_key, r.key
              """);
      case INBOX_MESSAGE ->
          List.of(
              """
              SELECT i.run_id, i.step_id, i.port, m.sequence, m.message_id, m.appended_at,
                     m.consumed_at, m.cursor_order, m.cursor_token, m.payload_ref, m.payload
                FROM holdfast_inbox_message m JOIN holdfast_inbox i USING (inbox_key)
               ORDER BY m.inbox_key, m.sequence
              """);
      case INBOX_ID ->
          List.of(
              """
              SELECT i.run_id, i.step_id, i.port, d.*
                FROM holdfast_inbox_message_id d JOIN holdfast_inbox i USING (inbox_key)
               WHERE d.removed_at IS NOT NULL
               ORDER BY d.inbox_key, d.message_id
              """);
      case SNAPSHOT ->
          List.of(
              """
              SELECT s.id, s.category, p.* FROM holdfast_snapshot p JOIN holdfast_stream s USING (stream_key)
               ORDER BY p.stream_key, p.schema, p.version
              """);
      case STREAM_EVENT ->
          List.of(
              """
              SELECT s.id, s.category, e.*, (SELECT count(*) FROM holdfast_event_label l
                                              WHERE l.position = e.position) AS labels
                FROM holdfast_event e JOIN holdfast_stream s USING (stream_key)
               ORDER BY e.position
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
  public boolean corrupts(RowKind kind) {
    return kind != RowKind.EXECUTION && kind != RowKind.LOCK && kind != RowKind.INBOX_ID;
  }

  @Override
  public void corrupt(RowKind kind, String instanceId) {
    // An empty name, kind, status or id is what no value of the SPI can have.
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
          case RUN -> "UPDATE holdfast_run SET status = '' WHERE run_id = ?";
          case STEP ->
              """
              UPDATE holdfast_step SET status = ''
               WHERE (run_key, step_id) = (
                     SELECT run_key, s.step_id FROM holdfast_step s JOIN holdfast_run USING (run_key)
                      WHERE run_id = ? ORDER BY s.created_at, s.step_id LIMIT 1)
              """;
          case INBOX_MESSAGE ->
              """
              UPDATE holdfast_inbox_message SET message_id = ''
               WHERE (inbox_key, sequence) = (
                     SELECT m.inbox_key, m.sequence
                       FROM holdfast_inbox_message m JOIN holdfast_inbox i USING (inbox_key)
                      WHERE i.run_id = ? ORDER BY m.appended_at, m.inbox_key, m.sequence LIMIT 1)
              """;
          case SNAPSHOT ->
              """
              UPDATE holdfast_snapshot SET size = size + 1
               WHERE (stream_key, schema, version) = (
                     SELECT p.stream_key, p.schema, p.version
                       FROM holdfast_snapshot p JOIN holdfast_stream s USING (stream_key)
                      WHERE s.id = ? ORDER BY p.version, p.schema LIMIT 1)
              """;
          case STREAM_EVENT ->
              """
              UPDATE holdfast_event SET type = ''
               WHERE position = (
                     SELECT min(e.position)
                       FROM holdfast_event e JOIN holdfast_stream s USING (stream_key)
                      WHERE s.id = ?)
              """;
          case PROJECTION_ROW ->
              """
              UPDATE holdfast_projection_row SET size = size + 1
               WHERE version = (
                     SELECT min(r.version)
                       FROM holdfast_projection_row r
                       JOIN holdfast_generation g USING (generation_key)
                       JOIN holdfast_projection p USING (projection_key)
                      WHERE p.name = ?)
              """;
          case EXECUTION, LOCK, INBOX_ID ->
              throw new IllegalArgumentException("the white box corrupts no " + kind);
        };
    try (Connection connection = connect()) {
      String guard = kind == RowKind.STREAM_EVENT ? withoutGuard(connection) : null;
      int changed;
      try (PreparedStatement statement = connection.prepareStatement(update)) {
        statement.setString(1, instanceId);
        changed = statement.executeUpdate();
      }
      if (guard != null) {
        execute(connection, guard);
      }
      if (changed != 1) {
        throw new IllegalStateException(
            "corrupting a row of kind " + kind + " changed " + changed + " rows");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot write to " + file, e);
    }
  }

  /** Takes away what keeps events as they are, and returns how to put it back. */
  private static String withoutGuard(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT sql FROM sqlite_schema WHERE name = 'holdfast_event_no_update'")) {
      result.next();
      String guard = result.getString(1);
      execute(connection, "DROP TRIGGER holdfast_event_no_update");
      return guard;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public Map<String, BooleanSupplier> tampering() {
    String columns =
        "position, stream_key, version, recorded_at, schema_version, size, type, event_id, tags,"
            + " data";
    return Map.of(
        "an update",
        () -> happens("UPDATE holdfast_event SET type = 'other' WHERE version = 1"),
        "a replacing update",
        () -> happens("UPDATE OR REPLACE holdfast_event SET version = 2 WHERE version = 1"),
        "a deletion",
        () -> happens("DELETE FROM holdfast_event WHERE version = 1"),
        "the emptying of the table",
        () -> happens("DELETE FROM holdfast_event"),
        "a replacing insert",
        () ->
            happens(
                "INSERT OR REPLACE INTO holdfast_event (%s) SELECT %s FROM holdfast_event"
                    .formatted(columns, columns)),
        "a replacing insert at another position",
        () ->
            happens(
                "INSERT OR REPLACE INTO holdfast_event (%s) SELECT %s FROM holdfast_event"
                    .formatted(columns, columns.replaceFirst("position", "position + 1000000"))));
  }

  private boolean happens(String sql) {
    try (Connection connection = connect()) {
      execute(connection, sql);
      return true;
    } catch (SQLException e) {
      return false;
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
