// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.runtime.IdPolicy;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.TransactionalClient;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** The client's calls in a transaction of the caller. For the thread that uses the connection. */
final class StoreTransaction implements TransactionalClient {

  private final TransactionalEnqueue store;
  private final Connection connection;
  private final ClientMessages messages;
  private final EarlierStart starts;
  private final boolean strict;

  StoreTransaction(
      TransactionalEnqueue store,
      Connection connection,
      ClientMessages messages,
      EarlierStart starts,
      boolean strict) {
    this.store = store;
    this.connection = connection;
    this.messages = messages;
    this.starts = starts;
    this.strict = strict;
  }

  @Override
  public <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    start(orchestration, instanceId, input, StartOptions.defaults());
  }

  @Override
  public <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    if (options.idPolicy() != IdPolicy.USE_EXISTING) {
      throw new IllegalArgumentException(
          "a start in a transaction of the caller cannot be "
              + options.idPolicy()
              + "; use the client itself, before or after the transaction");
    }
    ClientMessages.Start start;
    try {
      start = messages.start(orchestration, instanceId, input, Starts.due(options));
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    try {
      store.enqueue(connection, start.message());
    } catch (IdempotencyMismatch e) {
      starts.compare(start.message(), start.content(), strict, e);
    }
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value) {
    store.enqueue(connection, messages.raised(instanceId, event, value));
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, String messageId) {
    store.enqueue(connection, messages.raised(instanceId, event, value, messageId));
  }

  @Override
  public void cancel(String instanceId, String reason) {
    store.enqueue(connection, messages.cancelled(instanceId, reason));
  }
}
