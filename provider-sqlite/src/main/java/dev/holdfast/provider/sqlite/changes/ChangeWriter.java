// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.sqlite.state.InboxWriter;
import dev.holdfast.provider.sqlite.state.StateWriter;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.sqlite.stream.StreamWriter;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.stream.StreamChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes changes one after another, so that each sees what the earlier ones made (CHANGE-06). */
public final class ChangeWriter {

  private ChangeWriter() {}

  /**
   * Writes the changes of one call or ack. A refusal is thrown, with the place of its change, which
   * undoes everything.
   *
   * @return one result per change, in order
   */
  static List<ChangeResult> write(WriteTx tx, String operation, List<Change> changes)
      throws SQLException {
    List<ChangeResult> results = new ArrayList<>(changes.size());
    for (int i = 0; i < changes.size(); i++) {
      try {
        results.add(write(tx, operation, changes.get(i)));
      } catch (ProviderError.Permanent refusal) {
        throw refusal.atChange(i);
      }
    }
    return results;
  }

  /** Each kind of change is written by a class of its own. */
  private static ChangeResult write(WriteTx tx, String operation, Change change)
      throws SQLException {
    return switch (change) {
      case SendMessage send -> MessageWriter.write(tx, operation, send);
      case StateChange state -> StateWriter.write(tx, operation, state);
      case InboxChange inbox -> InboxWriter.write(tx, operation, inbox);
      case DeliverTrigger trigger -> TriggerWriter.write(tx, operation, trigger);
      case StreamChange stream -> StreamWriter.write(tx, operation, stream);
    };
  }

  /**
   * Writes the changes of an ack whose own part has been written; those of one that was refused, or
   * applied before, are not looked at (CHANGE-08).
   */
  public static AckResult writeBehind(
      WriteTx tx, String operation, AckResult result, List<Change> changes) throws SQLException {
    return result instanceof AckResult.Applied applied && !changes.isEmpty()
        ? applied.withResults(write(tx, operation, changes))
        : result;
  }
}
