// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Interceptor.ClientCall;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.internal.Interceptors;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client whose calls interceptors run around. Thread-safe. */
public final class InterceptedClient extends ForwardingClient {

  private final HoldfastClient client;
  private final Interceptors interceptors;

  /** Creates a view of a client. */
  public InterceptedClient(HoldfastClient client, Interceptors interceptors) {
    super(client);
    this.client = client;
    this.interceptors = interceptors;
  }

  private <T extends @Nullable Object> T call(
      String operation, String instanceId, Callable<T> next) {
    try {
      return waiting(operation, instanceId, next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("an interceptor was interrupted", e);
    }
  }

  private <T extends @Nullable Object> T waiting(
      String operation, String instanceId, Callable<T> next) throws InterruptedException {
    try {
      return interceptors.<T>client(new ClientCall(operation, instanceId), next);
    } catch (RuntimeException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("an interceptor has failed around " + operation, e);
    }
  }

  private void run(String operation, String instanceId, Runnable next) {
    this.<@Nullable Void>call(
        operation,
        instanceId,
        () -> {
          next.run();
          return null;
        });
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    return call("start", instanceId, () -> client.start(orchestration, instanceId, input, options));
  }

  @Override
  public HoldfastClient withStrictStarts() {
    return new InterceptedClient(client.withStrictStarts(), interceptors);
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, RaiseOptions options) {
    run("raise", instanceId, () -> client.raise(instanceId, event, value, options));
  }

  @Override
  public void cancel(String instanceId, String reason) {
    run("cancel", instanceId, () -> client.cancel(instanceId, reason));
  }

  @Override
  public void terminate(String instanceId, String reason) {
    run("terminate", instanceId, () -> client.terminate(instanceId, reason));
  }

  @Override
  public void suspend(String instanceId, String reason) {
    run("suspend", instanceId, () -> client.suspend(instanceId, reason));
  }

  @Override
  public void resume(String instanceId) {
    run("resume", instanceId, () -> client.resume(instanceId));
  }

  @Override
  public void restart(String instanceId) {
    run("restart", instanceId, () -> client.restart(instanceId));
  }

  @Override
  public void retry(String instanceId) {
    run("retry", instanceId, () -> client.retry(instanceId));
  }

  @Override
  public InstanceStatus status(String instanceId) {
    return call("status", instanceId, () -> client.status(instanceId));
  }

  @Override
  public <O extends @Nullable Object> O await(
      Orchestration<?, O> orchestration, String instanceId, Duration timeout)
      throws InterruptedException {
    return this.<O>waiting(
        "await", instanceId, () -> client.<O>await(orchestration, instanceId, timeout));
  }

  @Override
  public InstanceStatus awaitStatus(String instanceId, Duration timeout)
      throws InterruptedException {
    return waiting("awaitStatus", instanceId, () -> client.awaitStatus(instanceId, timeout));
  }

  @Override
  public CustomStatusValue customStatus(String instanceId) {
    return call("customStatus", instanceId, () -> client.customStatus(instanceId));
  }

  @Override
  public CustomStatusValue awaitCustomStatus(
      String instanceId, Predicate<? super CustomStatusValue> condition, Duration timeout)
      throws InterruptedException {
    return waiting(
        "awaitCustomStatus",
        instanceId,
        () -> client.awaitCustomStatus(instanceId, condition, timeout));
  }

  @Override
  public Optional<EncodedValue> keyValue(String instanceId, String key) {
    return call("keyValue", instanceId, () -> client.keyValue(instanceId, key));
  }

  @Override
  public Map<String, EncodedValue> keyValues(String instanceId) {
    return call("keyValues", instanceId, () -> client.keyValues(instanceId));
  }
}
