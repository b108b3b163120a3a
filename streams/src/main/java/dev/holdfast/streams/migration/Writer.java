// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.streams.migration.Ledger.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes in transactions of callers, as the phase says. Whatever is written there is behind the
 * look at the phase, and entries are put behind the old row, so that the order of the entries is
 * the one of the commits. Thread-safe.
 */
final class Writer<S, E, R> {

  private static final Payload MARK = Payload.utf8("{}");

  private final Ledger ledger;
  private final Sides<S, E, R> sides;
  private final RowImport<R, E> imports;
  private final SideComparison<S, E, R> comparison;
  private volatile @Nullable Seen last;

  Writer(
      Ledger ledger,
      Sides<S, E, R> sides,
      SideComparison<S, E, R> comparison,
      RowImport<R, E> imports) {
    this.ledger = ledger;
    this.sides = sides;
    this.comparison = comparison;
    this.imports = imports;
  }

  /** Holds the present phase for the shard of an id, until the end of the transaction. */
  Seen hold(Connection connection, String id) {
    Seen believed = last;
    Seen held =
        ledger.hold(connection, ledger.shardOf(id), believed == null ? ledger.read() : believed);
    last = held;
    return held;
  }

  void write(Connection connection, String id, String entryId, E event, OldWrite old)
      throws SQLException {
    if (entryId.equals(id) || entryId.startsWith(id + "@")) {
      throw new IllegalArgumentException(
          "the entry %s of %s has the key of an import; name what caused it"
              .formatted(entryId, id));
    }
    Seen held = hold(connection, id);
    if (held.phase().writesBoth()) {
      isImported(connection, held, id);
    }
    if (held.phase().writesOld()) {
      old.write(connection);
    }
    if (held.phase().writesNew()) {
      sides.queue().within(connection).enqueueEvent(id, entryId, event);
    }
  }

  /**
   * Imports an id, unless it was imported or written before since events are written. In the
   * transaction of the caller, which holds the phase.
   *
   * @return whether an event was put into the queue
   */
  boolean isImported(Connection connection, Seen held, String id) throws SQLException {
    String mark = Keys.of("imported/" + held.epoch() + "/", id);
    RowChange put = new RowChange.Put(mark, MARK, 0L);
    if (ledger.row(mark) != null || !ledger.isPut(connection, ledger.shardOf(id), held, put)) {
      return false;
    }
    R row = sides.table().read(connection, id).orElse(null);
    String key = id;
    if (held.epoch() > 1) {
      // Nothing is put there while the phase is held: what is idle has come to its state.
      if (sides.queue().isIdle(id)
          && comparison.differences(id, row, sides.current(id)).isEmpty()) {
        return false;
      }
      key = id + "@" + held.epoch();
    } else if (row == null) {
      return false;
    }
    enqueue(connection, id, key, row);
    return true;
  }

  /** Puts the event there that says all of the present row, in the transaction of the caller. */
  void repair(Connection connection, String id) throws SQLException {
    R row = sides.table().read(connection, id).orElse(null);
    enqueue(connection, id, id + "@" + UUID.randomUUID(), row);
  }

  private void enqueue(Connection connection, String id, String key, @Nullable R row) {
    sides.queue().within(connection).enqueueEvent(id, key, imports.event(id, row));
  }
}
