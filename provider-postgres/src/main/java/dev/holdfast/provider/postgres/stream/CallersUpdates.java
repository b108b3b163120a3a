// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.FenceColumns;
import dev.holdfast.provider.postgres.connect.CallersConnections;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Updates of projections in transactions of callers. Such a transaction locks the shard that it
 * moves and the rows that it changes, and never the log: it may be open for an hour. Thread-safe as
 * far as the connections are.
 */
final class CallersUpdates {

  private static final String SQL =
      "SELECT u.state, u.message, u.numbers FROM :fn.update_projection_of_caller("
          + Columns.arguments(FenceColumns.PARAMETERS)
          + ", p_head => ?, "
          + ProjectionColumns.SOME
          + ") u";

  private static final String LOOK =
      "SELECT :fn.log_head(), :fn.fence_loss(" + Columns.arguments(FenceColumns.PARAMETERS) + ")";

  /** The transaction sees neither locks nor events as they are now. */
  private static final String BLIND = "look";

  private final Database database;
  private final CallersConnections connections;

  CallersUpdates(Database database, CallersConnections connections) {
    this.database = database;
    this.connections = connections;
  }

  ProjectionUpdated update(
      String operation, Connection connection, UpdateProjection update, @Nullable Fence fence) {
    ProjectionColumns columns = new ProjectionColumns();
    columns.add(update);
    return connections.through(
        operation,
        connection,
        through -> {
          Answer answer = ask(through, columns, fence, null);
          if (BLIND.equals(answer.state())) {
            answer = ask(through, columns, fence, headUnder(operation, fence));
          }
          String state = answer.state();
          if (state != null) {
            throw refusal(operation, update, fence, state, answer.message());
          }
          return ProjectionColumns.result(
              update, Arrays.asList(Objects.requireNonNull(answer.numbers())).iterator()::next);
        });
  }

  /** What the store says; a state when it refuses. */
  private record Answer(@Nullable String state, String message, Long @Nullable [] numbers) {}

  private Answer ask(
      Connection connection, ProjectionColumns columns, @Nullable Fence fence, @Nullable Long head)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(database.inSql(SQL))) {
      int next = FenceColumns.of(fence).bindOnlyRow(statement, 1);
      statement.setObject(next, head, Types.BIGINT);
      columns.bind(connection, statement, next + 1);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        var numbers = row.getArray(3);
        return new Answer(
            row.getString(1),
            Objects.requireNonNullElse(row.getString(2), ""),
            numbers == null ? null : (Long[]) numbers.getArray());
      }
    }
  }

  /** Looks at the end of the log, and at the fence, on a connection that sees what is there now. */
  private long headUnder(String operation, @Nullable Fence fence) {
    return database.read(
        operation,
        LOOK,
        (connection, statement) -> {
          FenceColumns.of(fence).bindOnlyRow(statement, 1);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            String loss = row.getString(2);
            if (fence != null && loss != null) {
              throw FenceColumns.lost(operation, fence, loss);
            }
            return row.getLong(1);
          }
        });
  }

  private static RuntimeException refusal(
      String operation,
      UpdateProjection update,
      @Nullable Fence fence,
      String state,
      String message) {
    if (fence != null && state.equals(SqlErrors.FENCE_LOST)) {
      return FenceColumns.lost(operation, fence, message);
    }
    RuntimeException refusal = ProjectionRefusals.of(operation, update, state, message);
    return refusal == null
        ? new StoreFailure(operation, "an unknown refusal: " + state + " " + message, null)
        : refusal;
  }
}
