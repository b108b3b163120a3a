// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.Capability;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.runtime.schedule.Schedules;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A view of a client, which passes all calls on. */
abstract class ForwardingClient implements HoldfastClient {

  private final HoldfastClient client;

  ForwardingClient(HoldfastClient client) {
    this.client = client;
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return start(orchestration, instanceId, input, StartOptions.defaults());
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    return client.start(orchestration, instanceId, input, options);
  }

  @Override
  public HoldfastClient withStrictStarts() {
    return client.withStrictStarts();
  }

  @Override
  public TransactionalClient within(Connection connection) {
    return client.within(connection);
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, RaiseOptions options) {
    client.raise(instanceId, event, value, options);
  }

  @Override
  public void cancel(String instanceId, String reason) {
    client.cancel(instanceId, reason);
  }

  @Override
  public void terminate(String instanceId, String reason) {
    client.terminate(instanceId, reason);
  }

  @Override
  public void suspend(String instanceId, String reason) {
    client.suspend(instanceId, reason);
  }

  @Override
  public void resume(String instanceId) {
    client.resume(instanceId);
  }

  @Override
  public void restart(String instanceId) {
    client.restart(instanceId);
  }

  @Override
  public void retry(String instanceId) {
    client.retry(instanceId);
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
  public <O extends @Nullable Object> CompletableFuture<O> awaitAsync(
      Orchestration<?, O> orchestration, String instanceId) {
    return client.<O>awaitAsync(orchestration, instanceId);
  }

  @Override
  public CompletableFuture<InstanceStatus> awaitStatusAsync(String instanceId) {
    return client.awaitStatusAsync(instanceId);
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
