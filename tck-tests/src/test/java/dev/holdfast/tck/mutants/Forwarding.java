// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

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
 * Passes every call on; broken variants override one. List forms of acks are the inherited ones,
 * and locks are renewed and given back one by one, each kind in a method of its own.
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
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    return inner.fetchActivityItems(request);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return inner.ackActivityItem(ack);
  }

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    if (tokens.isEmpty()) {
      return inner.renew(tokens, extendFor);
    }
    Set<LockToken> live = new LinkedHashSet<>();
    for (LockToken token : tokens) {
      boolean renewed =
          switch (token) {
            case LockToken.OfInstance instance -> renewInstance(instance, extendFor);
            case LockToken.OfActivity activity -> renewActivity(activity, extendFor);
          };
      if (renewed) {
        live.add(token);
      }
    }
    return live;
  }

  /** Renews the lock of an instance and tells whether it was live. */
  protected boolean renewInstance(LockToken token, Duration extendFor) {
    return !inner.renew(List.of(token), extendFor).isEmpty();
  }

  /** Renews the lock of an activity and tells whether it was live. */
  protected boolean renewActivity(LockToken token, Duration extendFor) {
    return !inner.renew(List.of(token), extendFor).isEmpty();
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    switch (token) {
      case LockToken.OfInstance instance -> abandonInstance(instance, how);
      case LockToken.OfActivity activity -> abandonActivity(activity, how);
    }
  }

  /** Gives an instance back. */
  protected void abandonInstance(LockToken token, AbandonOptions how) {
    inner.abandon(token, how);
  }

  /** Gives an activity back. */
  protected void abandonActivity(LockToken token, AbandonOptions how) {
    inner.abandon(token, how);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return inner.enqueue(message);
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    return inner.enqueue(message, eager);
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
  public List<EndedInstance> readEnded(EndedRead request) {
    return inner.readEnded(request);
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
