// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.Capability;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.runtime.schedule.Schedules;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A view of a client that compares starts strictly. */
final class StrictStarts implements HoldfastClient {

  private final StoreClient client;

  StrictStarts(StoreClient client) {
    this.client = client;
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return client.start(orchestration, instanceId, input, true);
  }

  @Override
  public HoldfastClient withStrictStarts() {
    return this;
  }

  @Override
  public TransactionalClient within(Connection connection) {
    return client.within(connection, true);
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value) {
    client.raise(instanceId, event, value);
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, String messageId) {
    client.raise(instanceId, event, value, messageId);
  }

  @Override
  public void cancel(String instanceId, String reason) {
    client.cancel(instanceId, reason);
  }

  @Override
  public <C extends Capability> C feature(Class<C> type) {
    return client.feature(type);
  }

  @Override
  public InstanceStatus status(String instanceId) {
    return client.status(instanceId);
  }

  @Override
  public <O extends @Nullable Object> O await(
      Orchestration<?, O> orchestration, String instanceId, Duration timeout)
      throws InterruptedException {
    return client.<O>await(orchestration, instanceId, timeout);
  }

  @Override
  public InstanceStatus awaitStatus(String instanceId, Duration timeout)
      throws InterruptedException {
    return client.awaitStatus(instanceId, timeout);
  }

  @Override
  public CustomStatusValue customStatus(String instanceId) {
    return client.customStatus(instanceId);
  }

  @Override
  public CustomStatusValue awaitCustomStatus(
      String instanceId, Predicate<? super CustomStatusValue> condition, Duration timeout)
      throws InterruptedException {
    return client.awaitCustomStatus(instanceId, condition, timeout);
  }

  @Override
  public Optional<EncodedValue> keyValue(String instanceId, String key) {
    return client.keyValue(instanceId, key);
  }

  @Override
  public Map<String, EncodedValue> keyValues(String instanceId) {
    return client.keyValues(instanceId);
  }

  @Override
  public Schedules schedules() {
    return client.schedules();
  }

  @Override
  public void close() {
    client.close();
  }
}
