// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.jdbc.batch.CallBatcher;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.jdbc.state.ChangeApplier;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.FenceColumns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.stream.AppendRows;
import dev.holdfast.provider.postgres.stream.Appends;
import dev.holdfast.provider.postgres.stream.StoredAppend;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes without an ack: one statement, whatever the changes are. Thread-safe. */
public final class PostgresChanges implements Changes, ChangeApplier {

  private static final String SQL =
      "SELECT "
          + StoredResults.COLUMNS
          + " FROM :fn.apply_changes_alone("
          + Columns.arguments(FenceColumns.PARAMETERS, ChangeColumns.PARAMETERS)
          + ")";

  private final Database database;
  private final RequestChecks checks;
  private final Runnable sent;
  private final Runnable appended;
  private final CallBatcher<AppendRows, StoredAppend> appends;

  /**
   * Creates it.
   *
   * @param checks refuse what need not be looked at in the store
   * @param sent told when messages were stored
   * @param appended told when events were stored
   */
  public PostgresChanges(
      Database database, RequestChecks checks, Runnable sent, Runnable appended) {
    this.database = database;
    this.checks = checks;
    this.sent = sent;
    this.appended = appended;
    appends = new CallBatcher<>("append", new Appends(database));
  }

  /** {@return the instances that changes send messages to} */
  public static List<String> addressed(List<Change> changes) {
    List<String> ids = new ArrayList<>();
    for (Change change : changes) {
      switch (change) {
        case SendMessage(var message) -> ids.add(message.instanceId());
        case DeliverTrigger trigger -> ids.add(trigger.wakeUp().instanceId());
        case StateChange state -> {}
        case InboxChange inbox -> {}
        case StreamChange stream -> {}
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
    return apply("apply", changes, fence);
  }

  @Override
  public ChangeResult apply(String operation, Change change, @Nullable Fence fence) {
    return apply(operation, List.of(change), fence).get(0);
  }

  private List<ChangeResult> apply(String operation, List<Change> changes, @Nullable Fence fence) {
    List<Change> all = List.copyOf(changes);
    checks.check(operation, all, fence);
    database.checkOpen(operation);
    if (all.isEmpty() && fence == null) {
      return List.of();
    }
    if (fence == null && all.size() == 1 && all.get(0) instanceof AppendEvents append) {
      return List.of(append(operation, append));
    }
    ChangeColumns columns = new ChangeColumns();
    columns.add(all);
    StoredResults stored =
        database.write(
            operation,
            columns.sql(SQL),
            (connection, statement) -> {
              int next = FenceColumns.of(fence).bindOnlyRow(statement, 1);
              columns.bind(connection, statement, next);
              try (ResultSet row = statement.executeQuery()) {
                row.next();
                return StoredResults.read(row, 1);
              }
            },
            e -> refusal(operation, columns, fence, e));
    if (!addressed(all).isEmpty()) {
      sent.run();
    }
    List<ChangeResult> results = columns.results(0, stored);
    if (haveAppended(results)) {
      appended.run();
    }
    return results;
  }

  private Appended append(String operation, AppendEvents append) {
    Appended result;
    try {
      result = appends.call(AppendRows.of(append)).result(operation, append);
    } catch (ProviderError.Permanent e) {
      throw e.atChange(0);
    }
    if (!result.repeated()) {
      appended.run();
    }
    return result;
  }

  /** {@return whether events were stored} */
  public static boolean haveAppended(List<ChangeResult> results) {
    return results.stream()
        .anyMatch(result -> result instanceof Appended appended && !appended.repeated());
  }

  private static @Nullable ProviderError refusal(
      String operation, ChangeColumns columns, @Nullable Fence fence, SQLException e) {
    return fence != null && SqlStates.state(e).equals(SqlErrors.FENCE_LOST)
        ? FenceColumns.lost(operation, fence, SqlErrors.serverMessage(e))
        : columns.refusal(operation, e);
  }
}
