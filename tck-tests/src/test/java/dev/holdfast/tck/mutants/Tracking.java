// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Passes every call on and notes which locks are held. */
class Tracking extends Forwarding {

  private static final int MANY = 1_000;

  /** What the handles of the store hold. */
  protected final Held held;

  Tracking(Provider inner, Held held) {
    super(inner);
    this.held = held;
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
    items.forEach(item -> held.take(item.lockToken(), request.lockFor()));
    return items;
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    AckResult result = super.ackOrchestrationItem(ack);
    if (!(result instanceof AckResult.Rejected)) {
      held.release(ack.lockToken());
    }
    return result;
  }

  @Override
  protected void abandonInstance(LockToken token, AbandonOptions how) {
    super.abandonInstance(token, how);
    held.release(token);
  }

  @Override
  protected boolean renewInstance(LockToken token, Duration extendFor) {
    return extended(token, extendFor, super.renewInstance(token, extendFor));
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    List<ActivityItem> items = super.fetchActivityItems(request);
    items.forEach(item -> held.take(item.lockToken(), request.lockFor()));
    return items;
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    AckResult result = super.ackActivityItem(ack);
    if (!(result instanceof AckResult.Rejected)) {
      held.release(ack.lockToken());
    }
    return result;
  }

  @Override
  protected void abandonActivity(LockToken token, AbandonOptions how) {
    super.abandonActivity(token, how);
    held.release(token);
  }

  @Override
  protected boolean renewActivity(LockToken token, Duration extendFor) {
    return extended(token, extendFor, super.renewActivity(token, extendFor));
  }

  private boolean extended(LockToken token, Duration extendFor, boolean renewed) {
    Instant end = held.now().plus(extendFor);
    if (renewed && end.isAfter(held.end(token))) {
      held.until(token, end);
    }
    return renewed;
  }

  /** Gives a lock back, whoever holds it with this token. */
  void release(LockToken token) {
    try {
      inner.abandon(token, AbandonOptions.now());
    } catch (LockLost lost) {
      // It was given back before, which is all that is wanted here.
      return;
    }
  }

  /** Takes an expired lock again, if nobody else has taken it. */
  Optional<LockToken> takeAgain(LockToken token, Duration lockFor) {
    release(token);
    Optional<LockToken> again = Optional.empty();
    for (OrchestrationItem item :
        inner.fetchOrchestrationItems(OrchestrationFetch.of(MANY, lockFor))) {
      if (item.instanceId().equals(token.instanceId())) {
        again = Optional.of(item.lockToken());
      } else {
        inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
      }
    }
    return again;
  }
}
