// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.streams.Loaded;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.migration.OldTable.OldRow;
import dev.holdfast.streams.projection.RowTable;
import dev.holdfast.streams.queue.EventQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Both sides of a migration, as rows. Thread-safe. */
final class Sides<S, E, R> {

  /** What the events say of an id, and as of which version. */
  record New<R>(@Nullable R row, long version) {}

  /** Something that is done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  private final StoreAccess store;
  private final Repository<S, ?, E> repository;
  private final EventQueue<S, ?, E> queue;
  private final OldTable<R> table;
  private final RowTable.Connections connections;
  private final Function<S, @Nullable R> row;

  Sides(
      StoreAccess store,
      Repository<S, ?, E> repository,
      EventQueue<S, ?, E> queue,
      OldTable<R> table,
      RowTable.Connections connections,
      Function<S, @Nullable R> row) {
    this.store = store;
    this.repository = repository;
    this.queue = queue;
    this.table = table;
    this.connections = connections;
    this.row = row;
  }

  EventQueue<S, ?, E> queue() {
    return queue;
  }

  OldTable<R> table() {
    return table;
  }

  /** Does something in a transaction of its own, which commits with it. */
  <T> T transaction(Work<T> work) {
    try (Connection connection = connections.open()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        T result = work.in(connection);
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done) {
          connection.rollback();
        }
      }
    } catch (SQLException e) {
      throw new EventSourcingException("the old table failed: " + e.getMessage(), e);
    }
  }

  @Nullable R old(String id) {
    Optional<R> found = transaction(connection -> table.read(connection, id));
    return found.orElse(null);
  }

  List<OldRow<R>> page(@Nullable String after) {
    return transaction(connection -> table.page(connection, after, store.pageSize()));
  }

  New<R> current(String id) {
    Loaded<S> loaded = repository.load(id);
    return new New<>(loaded.version() == 0 ? null : row.apply(loaded.state()), loaded.version());
  }

  /** Tells of each stream of the aggregate its id, those without rows too. */
  void streams(Consumer<String> each) {
    String category = store.tenant().storedCategory(repository.aggregate().category());
    String after = null;
    do {
      String from = after;
      StreamList list = store.call(streams -> streams.streams(category, from, store.pageSize()));
      for (StreamInfo info : list.streams()) {
        each.accept(info.stream().id());
      }
      after = list.nextAfterId();
    } while (after != null);
  }
}
