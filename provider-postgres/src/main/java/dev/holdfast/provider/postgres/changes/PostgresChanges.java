// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes without an ack: one statement, whatever the changes are. Thread-safe. */
public final class PostgresChanges implements Changes {

  private static final String OPERATION = "apply";

  private static final String SQL =
      "SELECT "
          + StoredResults.COLUMNS
          + " FROM :fn.apply_changes_alone("
          + Columns.arguments(FenceColumns.PARAMETERS, ChangeColumns.PARAMETERS)
          + ")";

  private final Database database;
  private final RequestChecks checks;
  private final Runnable sent;

  /**
   * Creates it.
   *
   * @param checks refuse what need not be looked at in the store
   * @param sent told when messages were stored
   */
  public PostgresChanges(Database database, RequestChecks checks, Runnable sent) {
    this.database = database;
    this.checks = checks;
    this.sent = sent;
  }

  /** {@return the instances that changes send messages to} */
  public static List<String> addressed(List<Change> changes) {
    List<String> ids = new ArrayList<>();
    for (Change change : changes) {
      switch (change) {
        case SendMessage(var message) -> ids.add(message.instanceId());
      }
    }
    return ids;
  }

  @Override
  public int maxChanges() {
    return RequestChecks.FEWEST_MAX_CHANGES;
  }

  @Override
  public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
    List<Change> all = List.copyOf(changes);
    checks.check(OPERATION, all, fence);
    database.checkOpen(OPERATION);
    if (all.isEmpty() && fence == null) {
      return List.of();
    }
    ChangeColumns columns = new ChangeColumns();
    columns.add(all);
    StoredResults stored =
        database.write(
            OPERATION,
            SQL,
            (connection, statement) -> {
              int next = FenceColumns.of(fence).bindOnlyRow(statement, 1);
              columns.bind(connection, statement, next);
              try (ResultSet row = statement.executeQuery()) {
                row.next();
                return StoredResults.read(row, 1);
              }
            },
            e -> refusal(columns, fence, e));
    if (!addressed(all).isEmpty()) {
      sent.run();
    }
    return columns.results(0, stored);
  }

  private static @Nullable ProviderError refusal(
      ChangeColumns columns, @Nullable Fence fence, SQLException e) {
    return fence != null && SqlStates.state(e).equals(SqlErrors.FENCE_LOST)
        ? FenceColumns.lost(OPERATION, fence, SqlErrors.serverMessage(e))
        : columns.refusal(OPERATION, e);
  }
}
