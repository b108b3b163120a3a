// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page into a table of the application, in one transaction with the checkpoint. It begins with
 * the checkpoint, so that it holds what it needs before it reads. One thread.
 */
final class TableSession<R> implements RowSession {

  private final Projections rows;
  private final String name;
  private final int generation;
  private final LogPosition from;
  private final @Nullable Fence fence;
  private final RowCodec<R> codec;
  private final RowTable<R> table;
  private final Connection connection;
  private boolean committed;

  TableSession(
      Projections rows,
      String name,
      int generation,
      LogPosition from,
      @Nullable Fence fence,
      RowCodec<R> codec,
      RowTable<R> table,
      RowTable.Connections connections) {
    this.rows = rows;
    this.name = name;
    this.generation = generation;
    this.from = from;
    this.fence = fence;
    this.codec = codec;
    this.table = table;
    connection = open(connections);
    boolean begun = false;
    try {
      update(from, List.of(), List.of(), List.of());
      begun = true;
    } finally {
      if (!begun) {
        close();
      }
    }
  }

  static Connection open(RowTable.Connections connections) {
    try {
      Connection connection = connections.open();
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  static TableFailedException failed(SQLException e) {
    return new TableFailedException(e);
  }

  private void update(
      LogPosition to, List<RowChange> own, List<ParkedEvent> park, List<LogPosition> unpark) {
    rows.update(
        connection,
        new UpdateProjection(name, generation, own, new Advance(0, from, to), park, unpark),
        fence);
  }

  @Override
  public Found find(String key) {
    try {
      Payload value = table.read(connection, generation, key).map(codec::write).orElse(null);
      return new Found(value, 0);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public void commit(Commit commit) {
    try {
      for (Edit edit : commit.rows()) {
        Payload value = edit.value();
        table.write(connection, generation, edit.key(), value == null ? null : codec.read(value));
      }
      update(commit.to(), commit.own(), commit.park(), commit.unpark());
      connection.commit();
      committed = true;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try (Connection open = connection) {
      if (!committed) {
        open.rollback();
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }
}
