// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.feature;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import java.sql.Connection;
import java.util.List;

/**
 * Enqueue inside the caller's own JDBC transaction: a start or a signal that exists if and only if
 * the caller's business data does, with no outbox (TXENQ). It means what {@link
 * dev.holdfast.provider.Provider#enqueue} means, from the caller's commit on.
 *
 * <p>The provider leaves the connection as it found it: it never commits, rolls back or closes it,
 * and changes no setting (TXENQ-08). Thread-safe as far as the connections are: one connection, one
 * thread.
 */
public interface TransactionalEnqueue extends Capability {

  /**
   * Writes a message through the caller's connection. No other transaction sees it before the
   * caller commits (TXENQ-02).
   *
   * @param connection a connection to the provider's own store, with a transaction under way
   *     (auto-commit off)
   * @param message the message
   * @throws ProviderError.InvalidRequest when the message is invalid, or the connection is closed,
   *     read-only, in auto-commit mode (TXENQ-09) or leads to another store (TXENQ-10); nothing is
   *     written
   * @throws ProviderError.IdempotencyMismatch when the message id was used before with other
   *     content; the caller's transaction can still be used (TXENQ-14)
   * @throws ProviderError.StoreContention when the caller's transaction met a deadlock or
   *     serialization failure (TXENQ-16)
   */
  default void enqueue(Connection connection, OrchestratorMessage message) {
    enqueueAll(connection, List.of(message));
  }

  /**
   * Writes several messages in list order; all are checked before the first is written, and after
   * an error nothing of the list is.
   *
   * @param connection as above
   * @param messages the messages
   * @throws ProviderError as {@link #enqueue}
   */
  void enqueueAll(Connection connection, List<OrchestratorMessage> messages);
}
