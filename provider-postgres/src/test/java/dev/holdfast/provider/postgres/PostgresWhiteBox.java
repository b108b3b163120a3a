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
          case EXECUTION, LOCK ->
              throw new IllegalArgumentException("the white box corrupts no " + kind);
        };
    try (Connection connection = TestServer.connect(location);
        PreparedStatement statement =
            connection.prepareStatement(update.replace(":schema.", prefix))) {
      statement.setString(1, instanceId);
      int changed = statement.executeUpdate();
      if (changed != 1) {
        throw new IllegalStateException(
            "corrupting a row of kind " + kind + " changed " + changed + " rows");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot write to " + prefix, e);
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
