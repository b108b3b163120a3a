// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.WhiteBox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Looks into a schema with plain SQL, past the provider. */
final class PostgresWhiteBox implements WhiteBox {

  private final Location location;
  private final String prefix;

  PostgresWhiteBox(Location location, String schema) {
    this.location = location;
    this.prefix = "\"" + schema + "\".";
  }

  @Override
  public List<StoredRow> rows() {
    List<StoredRow> rows = new ArrayList<>();
    try (Connection connection = TestServer.connect(location)) {
      for (RowKind kind : RowKind.values()) {
        for (String query : queries(kind)) {
          read(connection, kind, query.replace(":schema.", prefix), rows);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot read " + prefix, e);
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
                FROM :schema.instance WHERE name IS NOT NULL ORDER BY instance_key
              """);
      case EXECUTION ->
          List.of(
              """
              SELECT i.instance_id, e.execution_id, e.status, e.output, e.started_at, e.completed_at
                FROM :schema.execution e JOIN :schema.instance i USING (instance_key)
               ORDER BY e.instance_key, e.execution_id
              """);
      case EVENT ->
          List.of(
              """
              SELECT i.instance_id, h.execution_id, h.event_id, h.kind, h.data, h.recorded_at
                FROM :schema.history h JOIN :schema.instance i USING (instance_key)
               ORDER BY h.instance_key, h.execution_id, h.event_id
              """);
      case MESSAGE ->
          List.of(
              """
              SELECT i.instance_id, m.seq, m.visible_at, m.kind, m.body, m.start_name,
                     m.start_version, m.start_parent, m.message_id, m.discard_if_unknown
                FROM :schema.message m JOIN :schema.instance i USING (instance_key)
               ORDER BY m.seq
              """);
      case ACTIVITY ->
          List.of(
              """
              SELECT i.instance_id, a.execution_id, a.activity_id, a.name, a.input,
                     a.orchestration_name, a.orchestration_version, a.tag, a.session_id
                FROM :schema.activity a JOIN :schema.instance i USING (instance_key)
               ORDER BY a.seq
              """);
      case LOCK ->
          List.of(
              """
              SELECT i.instance_id, r.ready_at, r.locked_until, r.lock_epoch, r.delivery_count
                FROM :schema.ready r JOIN :schema.instance i USING (instance_key)
               ORDER BY r.instance_key
              """,
              """
              SELECT i.instance_id, a.execution_id, a.activity_id, a.ready_at, a.lock_epoch,
                     a.delivery_count
                FROM :schema.activity a JOIN :schema.instance i USING (instance_key)
               ORDER BY a.seq
              """);
      case RUN -> List.of("SELECT run_id, * FROM :schema.run ORDER BY run_key");
      case STEP ->
          List.of(
              """
              SELECT r.run_id, s.* FROM :schema.step s JOIN :schema.run r USING (run_key)
               ORDER BY s.run_key, s.step_id
              """);
      case STREAM_EVENT ->
          List.of(
              """
              SELECT s.id, s.category, e.*, (SELECT count(*) FROM :schema.event_label l
                                              WHERE l.position = e.position) AS labels
                FROM :schema.event e JOIN :schema.stream s USING (stream_key)
               ORDER BY e.position
              """);
      case SNAPSHOT ->
          List.of(
              """
              SELECT s.id, s.category, p.* FROM :schema.snapshot p JOIN :schema.stream s USING (stream_key)
               ORDER BY p.stream_key, p.schema, p.version
              """);
      case PROJECTION_ROW ->
          List.of(
              """
              SELECT p.name, g.generation, r.key, r.version, r.size, r.value
                FROM :schema.projection_row r
                JOIN :schema.generation g USING (generation_key)
                JOIN :schema.projection p USING (projection_key)
               WHERE g.dropped = 0
               ORDER BY r.generation_key, r.key
              """);
      case INBOX_MESSAGE ->
          List.of(
              """
              SELECT i.run_id, i.step_id, i.port, m.sequence, m.message_id, m.appended_at,
                     m.consumed_at, m.cursor_order, m.cursor_token, m.payload_ref, m.payload
                FROM :schema.inbox_message m JOIN :schema.inbox i USING (inbox_key)
               ORDER BY m.inbox_key, m.sequence
              """);
      case INBOX_ID ->
          List.of(
              """
              SELECT i.run_id, i.step_id, i.port, d.*
                FROM :schema.inbox_id d JOIN :schema.inbox i USING (inbox_key)
               ORDER BY d.inbox_key, d.message_id
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
          case INSTANCE -> "UPDATE :schema.instance SET name = '' WHERE instance_id = ?";
          case MESSAGE ->
              """
              UPDATE :schema.message SET kind = ''
               WHERE seq = (SELECT min(seq) FROM :schema.message JOIN :schema.instance
                             USING (instance_key) WHERE instance_id = ?)
              """;
          case EVENT ->
              """
              UPDATE :schema.history SET kind = ''
               WHERE (instance_key, execution_id, event_id) = (
                     SELECT instance_key, h.execution_id, h.event_id
                       FROM :schema.history h JOIN :schema.instance USING (instance_key)
                      WHERE instance_id = ? ORDER BY h.execution_id, h.event_id LIMIT 1)
              """;
          case ACTIVITY ->
              """
              UPDATE :schema.activity SET name = ''
               WHERE seq = (SELECT min(seq) FROM :schema.activity JOIN :schema.instance
                             USING (instance_key) WHERE instance_id = ?)
              """;
          case RUN -> "UPDATE :schema.run SET status = '' WHERE run_id = ?";
          case STEP ->
              """
              UPDATE :schema.step SET status = ''
               WHERE (run_key, step_id) = (
                     SELECT run_key, s.step_id FROM :schema.step s JOIN :schema.run USING (run_key)
                      WHERE run_id = ? ORDER BY s.created_at, s.step_id LIMIT 1)
              """;
          case INBOX_MESSAGE ->
              """
              UPDATE :schema.inbox_message SET message_id = ''
               WHERE (inbox_key, sequence) = (
                     SELECT m.inbox_key, m.sequence
                       FROM :schema.inbox_message m JOIN :schema.inbox i USING (inbox_key)
                      WHERE i.run_id = ? ORDER BY m.appended_at, m.inbox_key, m.sequence LIMIT 1)
              """;
          case STREAM_EVENT ->
              """
              UPDATE :schema.event SET type = ''
               WHERE position = (
                     SELECT min(e.position)
                       FROM :schema.event e JOIN :schema.stream s USING (stream_key)
                      WHERE s.id = ?)
              """;
          case SNAPSHOT ->
              """
              UPDATE :schema.snapshot SET size = size + 1
               WHERE (stream_key, schema, version) = (
                     SELECT p.stream_key, p.schema, p.version
                       FROM :schema.snapshot p JOIN :schema.stream s USING (stream_key)
                      WHERE s.id = ? ORDER BY p.version, p.schema LIMIT 1)
              """;
          case PROJECTION_ROW ->
              """
              UPDATE :schema.projection_row SET size = size + 1
               WHERE version = (
                     SELECT min(r.version)
                       FROM :schema.projection_row r
                       JOIN :schema.generation g USING (generation_key)
                       JOIN :schema.projection p USING (projection_key)
                      WHERE p.name = ?)
              """;
          case EXECUTION, LOCK, INBOX_ID ->
              throw new IllegalArgumentException("the white box corrupts no " + kind);
        };
    try (Connection connection = TestServer.connect(location);
        PreparedStatement statement =
            connection.prepareStatement(update.replace(":schema.", prefix))) {
      connection.setAutoCommit(false);
      if (kind == RowKind.STREAM_EVENT) {
        withoutTriggers(connection);
      }
      statement.setString(1, instanceId);
      int changed = statement.executeUpdate();
      connection.commit();
      if (changed != 1) {
        throw new IllegalStateException(
            "corrupting a row of kind " + kind + " changed " + changed + " rows");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot write to " + prefix, e);
    }
  }

  /**
   * Takes away what keeps events as they are, for one transaction: others use the session later.
   */
  private static void withoutTriggers(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL session_replication_role = replica");
    }
  }

  @Override
  public Map<String, BooleanSupplier> tampering() {
    return Map.of(
        "an update",
        () -> happens("UPDATE :schema.event SET type = 'other' WHERE version = 1"),
        "an update in place of an insert",
        () ->
            happens(
                """
                INSERT INTO :schema.event SELECT * FROM :schema.event
                    ON CONFLICT (position) DO UPDATE SET type = 'other'
                """),
        "a second event of a version",
        () ->
            happens(
                """
                INSERT INTO :schema.event
                SELECT position + 1000000, stream_key, version, recorded_at, schema_version, size, type,
                       event_id, correlation_id, causation_id, tags, metadata, data
                  FROM :schema.event
                """),
        "a deletion",
        () -> happens("DELETE FROM :schema.event WHERE version = 1"),
        "the emptying of the table",
        () -> happens("TRUNCATE :schema.event"));
  }

  private boolean happens(String sql) {
    try (Connection connection = TestServer.connect(location);
        Statement statement = connection.createStatement()) {
      statement.execute(sql.replace(":schema.", prefix));
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * What must not be, whatever happened: rows without their instance, work that nobody will see.
   */
  List<String> contradictions() {
    return TestServer.queryText(
        location,
        """
        SELECT 'message ' || m.seq || ' belongs to nobody'
          FROM :schema.message m LEFT JOIN :schema.instance i USING (instance_key)
         WHERE i.instance_key IS NULL
        UNION ALL
        SELECT 'message ' || m.seq || ' of ' || i.instance_id || ' waits unseen'
          FROM :schema.message m
          JOIN :schema.instance i USING (instance_key)
          LEFT JOIN :schema.ready r USING (instance_key)
         WHERE i.execution_id > 0
           AND (r.instance_key IS NULL
                OR r.ready_at IS NULL
                OR r.lock_epoch = 0 AND r.ready_at > greatest(m.visible_at, r.locked_until))
        UNION ALL
        SELECT 'the ready row of instance ' || r.instance_key || ' has nothing to deliver'
          FROM :schema.ready r
         WHERE NOT EXISTS (SELECT FROM :schema.message m WHERE m.instance_key = r.instance_key)
        UNION ALL
        SELECT 'history of instance ' || h.instance_key || ' lacks execution ' || h.execution_id
          FROM (SELECT DISTINCT instance_key, execution_id FROM :schema.history) h
          LEFT JOIN :schema.execution e USING (instance_key, execution_id)
         WHERE e.instance_key IS NULL
        """
            .replace(":schema.", prefix));
  }
}
