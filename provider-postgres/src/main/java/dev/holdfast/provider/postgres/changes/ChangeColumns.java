// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.stream.ProjectionColumns;
import dev.holdfast.provider.postgres.stream.ProjectionRefusals;
import dev.holdfast.provider.postgres.stream.StoredAppend;
import dev.holdfast.provider.postgres.stream.StreamColumns;
import dev.holdfast.provider.postgres.stream.StreamRefusals;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns in which the changes of one call are sent to the store: a row for each, in order, and
 * rows of its own kind. Each kind has a class. Used by one thread.
 */
public final class ChangeColumns {

  /** What the store calls an append to a stream; see apply_changes. */
  private static final int APPEND = 5;

  /** And a snapshot. */
  private static final int SNAPSHOT = 6;

  /** And an update of a projection. */
  private static final int UPDATE = 7;

  private static final List<Parameter> ANY_KIND =
      List.of(
          Type.INTEGER.named("h_ack"), Type.INTEGER.named("h_place"), Type.INTEGER.named("h_what"));

  /** The parameters of functions that take changes, but the last two; see {@link #sql}. */
  public static final List<Parameter> PARAMETERS =
      Stream.of(
              ANY_KIND, MessageChanges.PARAMETERS, StateChanges.PARAMETERS, InboxChanges.PARAMETERS)
          .flatMap(List::stream)
          .toList();

  private final List<List<Change>> elements = new ArrayList<>();
  private final Columns changes = new Columns(ANY_KIND);
  private final MessageChanges messages = new MessageChanges();
  private final StateChanges states = new StateChanges();
  private final InboxChanges inboxes = new InboxChanges();
  private final StreamColumns streams = new StreamColumns();
  private final ProjectionColumns projections = new ProjectionColumns();

  /** Adds the changes of the next element of the call, which may have none. */
  public void add(List<Change> list) {
    elements.add(list);
    for (int place = 0; place < list.size(); place++) {
      changes.add(elements.size(), place, add(list.get(place)));
    }
  }

  /** Adds a change to the rows of its kind, and returns what the store calls that. */
  private int add(Change change) {
    return switch (change) {
      case SendMessage send -> {
        messages.add(send.message());
        yield MessageChanges.WHAT;
      }
      case StateChange state -> {
        states.add(state);
        yield StateChanges.WHAT;
      }
      case InboxChange inbox -> {
        inboxes.add(inbox);
        yield InboxChanges.WHAT;
      }
      case DeliverTrigger trigger -> {
        messages.add(trigger.wakeUp());
        inboxes.add(trigger);
        yield InboxChanges.INPUT;
      }
      case AppendEvents append -> {
        streams.add(append);
        yield APPEND;
      }
      case PutSnapshot(var snapshot) -> {
        streams.add(snapshot);
        yield SNAPSHOT;
      }
      case UpdateProjection update -> {
        projections.add(update);
        yield UPDATE;
      }
    };
  }

  /**
   * Adds the last arguments to the SQL of a call: the changes of streams and of projections.
   *
   * @param call a call without them, which ends with its parenthesis
   */
  public String sql(String call) {
    return "%s, %s, %s)"
        .formatted(
            call.substring(0, call.length() - 1), streams.argument(), projections.argument());
  }

  /** {@return whether there are changes} */
  public boolean any() {
    return changes.rows() > 0;
  }

  /**
   * Sets the arguments of a statement.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public int bind(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    int next = changes.bind(connection, statement, first);
    next = messages.columns().bind(connection, statement, next);
    next = states.columns().bind(connection, statement, next);
    next = inboxes.columns().bind(connection, statement, next);
    next = streams.bind(connection, statement, next);
    return projections.bind(connection, statement, next);
  }

  /**
   * Reads the results of an element whose changes were applied; elements are asked for in order.
   *
   * @param index the element, from 0
   */
  public List<ChangeResult> results(int index, StoredResults stored) {
    return elements.get(index).stream().map(change -> result(change, stored)).toList();
  }

  private static ChangeResult result(Change change, StoredResults stored) {
    return switch (change) {
      case SendMessage send -> MessageChanges.result(stored);
      case StateChange state -> StateChanges.result(state, stored);
      case InboxChange inbox -> InboxChanges.result(inbox, stored);
      case DeliverTrigger trigger -> InboxChanges.delivered(stored);
      case AppendEvents append ->
          StoredAppend.read(stored::nextNumber)
              .result("apply", append); // what does not fit was raised
      case PutSnapshot put -> new SnapshotStored(stored.nextNumber() == 1);
      case UpdateProjection update -> ProjectionColumns.result(update, stored::nextNumber);
    };
  }

  /**
   * Tells which change does not fit. Where several elements were sent it is not told: what comes of
   * that is that each is sent alone.
   *
   * @return the refusal, null when the error is about no change
   */
  public @Nullable ProviderError refusal(String operation, SQLException e) {
    String state = SqlStates.state(e);
    String place = SqlErrors.serverDetail(e);
    if (elements.size() != 1 || place == null || !SqlErrors.isRefusal(state)) {
      return null;
    }
    int index = Integer.parseInt(place);
    Change change = elements.get(0).get(index);
    return switch (state) {
      case SqlErrors.MESSAGE_MISMATCH ->
          (change instanceof AppendEvents append
                  ? StoredAppend.mismatch(operation, append)
                  : new IdempotencyMismatch(operation, change.runId(), SqlErrors.serverMessage(e)))
              .atChange(index);
      case SqlErrors.DUE_TOO_LATE ->
          new InvalidRequest(operation, change.runId(), "the message is due beyond the year 9999")
              .atChange(index);
      default -> {
        String message = SqlErrors.serverMessage(e);
        Permanent refusal =
            switch (change) {
              case StateChange run -> StateChanges.refusal(operation, run, state, message);
              case ConsumeInbox consume -> InboxChanges.refusal(operation, consume, state, message);
              case AppendInbox append -> null;
              case DeliverTrigger trigger -> null;
              case AppendEvents append ->
                  state.equals(SqlErrors.OTHER_VERSION)
                      ? StoredAppend.conflict(operation, append, Long.parseLong(message))
                      : null;
              case PutSnapshot(var snapshot) ->
                  state.equals(SqlErrors.OTHER_VERSION)
                      ? StreamRefusals.notReached(operation, snapshot, Long.parseLong(message))
                      : null;
              case UpdateProjection update ->
                  ProjectionRefusals.of(operation, update, state, message);
              case SendMessage send -> null;
            };
        yield refusal == null ? null : refusal.atChange(index);
      }
    };
  }
}
