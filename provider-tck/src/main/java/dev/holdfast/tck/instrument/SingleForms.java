// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A provider that serves lists by single calls: the list forms of acks are the inherited ones of
 * the SPI, and locks are renewed one per call (SPI-09). Thread-safe like the provider behind it.
 *
 * @param provider the provider behind it
 */
public record SingleForms(Provider provider) implements Provider {

  @Override
  public ProviderInfo info() {
    return provider.info();
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    return provider.fetchOrchestrationItems(request);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return provider.ackOrchestrationItem(ack);
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    return provider.fetchActivityItems(request);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return provider.ackActivityItem(ack);
  }

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    Set<LockToken> live = new LinkedHashSet<>();
    tokens.forEach(token -> live.addAll(provider.renew(List.of(token), extendFor)));
    return live;
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    provider.abandon(token, how);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return provider.enqueue(message);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    return provider.enqueue(message, eager);
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    messages.forEach(provider::enqueue);
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    return provider.readHistory(instanceId, executionId, afterEventId, limit);
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    return provider.latestExecutionId(instanceId);
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    return provider.describeInstance(instanceId);
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    return provider.readEnded(request);
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    provider.reportProblem(token, problem);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return provider.capability(type);
  }

  @Override
  public void close() {
    provider.close();
  }
}
