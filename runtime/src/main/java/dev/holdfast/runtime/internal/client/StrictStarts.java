// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.TransactionalClient;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** A view of a client that compares starts strictly. */
final class StrictStarts extends ForwardingClient {

  private final StoreClient client;

  StrictStarts(StoreClient client) {
    super(client);
    this.client = client;
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    return client.start(orchestration, instanceId, input, options, true);
  }

  @Override
  public HoldfastClient withStrictStarts() {
    return this;
  }

  @Override
  public TransactionalClient within(Connection connection) {
    return client.within(connection, true);
  }
}
