// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.SqlErrors;
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

  private static final List<Parameter> ANY_KIND =
      List.of(
          Type.INTEGER.named("h_ack"), Type.INTEGER.named("h_place"), Type.INTEGER.named("h_what"));

  /** The parameters of functions that take changes. */
  public static final List<Parameter> PARAMETERS =
      Stream.of(ANY_KIND, MessageChanges.PARAMETERS).flatMap(List::stream).toList();

  private final List<List<Change>> elements = new ArrayList<>();
  private final Columns changes = new Columns(ANY_KIND);
  private final MessageChanges messages = new MessageChanges();

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
        messages.add(send);
        yield MessageChanges.WHAT;
      }
    };
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
    return messages.columns().bind(connection, statement, next);
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
          new IdempotencyMismatch(operation, change.runId(), SqlErrors.serverMessage(e))
              .atChange(index);
      case SqlErrors.DUE_TOO_LATE ->
          new InvalidRequest(operation, change.runId(), "the message is due beyond the year 9999")
              .atChange(index);
      default -> null;
    };
  }
}
