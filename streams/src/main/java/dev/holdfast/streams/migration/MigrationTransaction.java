// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Writes in a transaction of the caller: old row and event are there if and only if it commits
 * (ES-34). For the thread that uses the connection.
 *
 * @param <E> the events
 */
public final class MigrationTransaction<E> {

  private final Writer<?, E, ?> writer;
  private final Connection connection;

  MigrationTransaction(Writer<?, E, ?> writer, Connection connection) {
    this.writer = writer;
    this.connection = connection;
  }

  /**
   * Writes the old row, puts the event into the queue of its stream, or does both, as the phase
   * says. From the call on the transaction holds the phase: a switch waits until it ends. An old
   * row that no event knows of yet is imported before.
   *
   * <p>Where it throws, roll the transaction back. {@link
   * dev.holdfast.provider.ProviderError.StoreContention} says that it met another one, or does not
   * see the present phase, and is to be repeated as a whole; a transaction that begins with this
   * call avoids most of that.
   *
   * @param id the id of the row and of the stream
   * @param entryId what makes the event one of its own, from its cause and not from the time; under
   *     the same one with the same event it is appended once
   * @param event what has happened
   * @param old what the application writes to its table
   * @throws SQLException what {@code old} throws
   * @throws IllegalArgumentException when the entry has the id of the row, or begins with it and
   *     {@code @}: these are the keys of imports
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the entry was put there
   *     before with another event
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest when an id is no identifier, or the
   *     connection is none of this store with a transaction under way
   */
  public void write(String id, String entryId, E event, OldWrite old) throws SQLException {
    writer.write(connection, id, entryId, event, old);
  }
}
