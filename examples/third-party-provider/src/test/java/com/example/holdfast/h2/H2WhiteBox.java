// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.WhiteBox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Looks into a database with plain SQL. */
record H2WhiteBox(ProviderConfig config) implements WhiteBox {

  @Override
  public List<StoredRow> rows() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      List<StoredRow> rows = new ArrayList<>();
      for (RowKind kind : RowKind.values()) {
        for (String query : queries(kind)) {
          read(kind, statement.executeQuery(query), rows);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot read", e);
    }
  }

  private static List<String> queries(RowKind kind) {
    return switch (kind) {
      case INSTANCE ->
          List.of(
              """
              SELECT instance_id, name, version, parent_id, created_at, updated_at, execution_id
                FROM holdfast_instance WHERE name IS NOT NULL ORDER BY instance_id
              """);
      case EXECUTION ->
          List.of("SELECT * FROM holdfast_execution ORDER BY instance_id, execution_id");
      case EVENT ->
          List.of("SELECT * FROM holdfast_event ORDER BY instance_id, execution_id, event_id");
      case MESSAGE ->
          List.of(
              """
              SELECT instance_id, number, visible_at, kind, body, start_name, start_version,
                     start_parent, message_id, discard_if_unknown
                FROM holdfast_message ORDER BY number
              """);
      case ACTIVITY ->
          List.of(
              """
              SELECT instance_id, execution_id, activity_id, name, input, orchestration_name,
                     orchestration_version
                FROM holdfast_activity ORDER BY instance_id, execution_id, activity_id
              """);
      case LOCK ->
          List.of(
              """
              SELECT instance_id, epoch, held, available_at, delivery_count, ready_at, acked_epoch
                FROM holdfast_instance
               WHERE held OR delivery_count > 0 OR ready_at IS NOT NULL ORDER BY instance_id
              """,
              """
              SELECT instance_id, execution_id, activity_id, epoch, held, delivery_count, ready_at
                FROM holdfast_activity ORDER BY instance_id, execution_id, activity_id
              """);
      // There are none: no STATE_TABLES, INBOX or EVENT_STREAMS.
      case RUN, STEP, INBOX_MESSAGE, INBOX_ID, STREAM_EVENT, SNAPSHOT, PROJECTION_ROW -> List.of();
    };
  }

  private static void read(RowKind kind, ResultSet result, List<StoredRow> rows)
      throws SQLException {
    while (result.next()) {
      rows.add(new StoredRow(kind, result.getString("instance_id"), Sql.text(result)));
    }
  }

  @Override
  public void corrupt(RowKind kind, String instanceId) {
    // An empty identifier is what no value of the SPI can have.
    String update =
        switch (kind) {
          case INSTANCE -> "UPDATE holdfast_instance SET name = '' WHERE instance_id = ?1";
          case MESSAGE ->
              """
              UPDATE holdfast_message SET kind = ''
               WHERE number = (SELECT min(number) FROM holdfast_message WHERE instance_id = ?1)
              """;
          case EVENT ->
              """
              UPDATE holdfast_event SET kind = ''
               WHERE instance_id = ?1 AND (execution_id, event_id) = (
                     SELECT execution_id, event_id FROM holdfast_event WHERE instance_id = ?1
                      ORDER BY execution_id, event_id LIMIT 1)
              """;
          case ACTIVITY ->
              """
              UPDATE holdfast_activity SET name = ''
               WHERE instance_id = ?1 AND (execution_id, activity_id) = (
                     SELECT execution_id, activity_id FROM holdfast_activity WHERE instance_id = ?1
                      ORDER BY execution_id, activity_id LIMIT 1)
              """;
          case EXECUTION,
              LOCK,
              RUN,
              STEP,
              INBOX_MESSAGE,
              INBOX_ID,
              STREAM_EVENT,
              SNAPSHOT,
              PROJECTION_ROW ->
              throw new IllegalArgumentException("cannot corrupt " + kind);
        };
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setString(1, instanceId);
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException("there is no row of kind " + kind + " to corrupt");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the white box cannot write", e);
    }
  }

  private Connection connect() throws SQLException {
    return Sql.connect(config);
  }
}
