// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceClaim;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Passes every call on; broken variants override one. List forms of acks and renewals are the
 * inherited ones.
 */
public class Forwarding implements Provider {

  /** The right provider behind it. */
  protected final Provider inner;

  /** Passes on to a provider. */
  public Forwarding(Provider inner) {
    this.inner = inner;
  }

  @Override
  public ProviderInfo info() {
    return inner.info();
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    return inner.fetchOrchestrationItems(request);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return inner.ackOrchestrationItem(ack);
  }

  @Override
  public void abandonOrchestrationItem(LockToken token, Abandonment how) {
    inner.abandonOrchestrationItem(token, how);
  }

  @Override
  public void renewOrchestrationItem(LockToken token, Duration extendFor) {
    inner.renewOrchestrationItem(token, extendFor);
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    return inner.fetchActivityItems(request);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return inner.ackActivityItem(ack);
  }

  @Override
  public void abandonActivityItem(LockToken token, Abandonment how) {
    inner.abandonActivityItem(token, how);
  }

  @Override
  public void renewActivityItem(LockToken token, Duration extendFor) {
    inner.renewActivityItem(token, extendFor);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return inner.enqueue(message);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, InstanceClaim claim) {
    return inner.enqueue(message, claim);
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    inner.enqueueAll(messages);
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    return inner.readHistory(instanceId, executionId, afterEventId, limit);
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    return inner.latestExecutionId(instanceId);
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    return inner.describeInstance(instanceId);
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    inner.reportProblem(token, problem);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return inner.capability(type);
  }

  @Override
  public void close() {
    inner.close();
  }
}
