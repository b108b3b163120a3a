// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityClaim;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.InstanceClaim;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.worker.internal.util.Backoff;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that are repeated as long as they may succeed: while the lock lives. A result is never
 * thrown away because the store was away for a moment.
 */
final class StoreCalls {

  private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Provider provider;
  private final StoreHealth health;
  private final LeaseKeeper leases;
  private final Duration lockFor;
  private final InlineHistory inlineHistory;

  StoreCalls(
      Provider provider,
      StoreHealth health,
      LeaseKeeper leases,
      Duration lockFor,
      InlineHistory inlineHistory) {
    this.provider = provider;
    this.health = health;
    this.leases = leases;
    this.lockFor = lockFor;
    this.inlineHistory = inlineHistory;
  }

  /** Acks a turn, and tells activities of this worker at once that the turn has cancelled them. */
  AckResult ackTurn(Lease lease, OrchestrationAck ack) {
    Supplier<AckResult> call = () -> provider.ackOrchestrationItem(ack);
    return turnAcked(ack, ack(lease, StoreHealth.Call.ACK_TURN, call, call));
  }

  /** Acks a turn as above, and takes over what it schedules as far as there is room. */
  AckResult ackTurn(Lease lease, OrchestrationAck ack, Reservation<ActivityItem> room) {
    if (room.size() == 0) {
      return ackTurn(lease, ack);
    }
    ActivityClaim claim = new ActivityClaim(room.size(), lockFor, TagFilter.untagged(), null);
    AckResult result =
        ack(
            lease,
            StoreHealth.Call.ACK_TURN,
            () -> claiming(room, () -> provider.ackOrchestrationItem(claiming(ack, claim))),
            () -> provider.ackOrchestrationItem(ack));
    if (result instanceof AckResult.Applied applied) {
      room.received(applied.claimedActivities());
    }
    return turnAcked(ack, result);
  }

  private AckResult turnAcked(OrchestrationAck ack, AckResult result) {
    if (!(result instanceof AckResult.Rejected) && !ack.cancelledActivities().isEmpty()) {
      leases.cancelled(Set.copyOf(ack.cancelledActivities()));
    }
    return result;
  }

  /** Acks an activity, and takes over its instance if there is room. */
  AckResult ackActivity(Lease lease, ActivityAck ack, Reservation<OrchestrationItem> room) {
    Supplier<AckResult> plain = () -> provider.ackActivityItem(ack);
    if (room.size() == 0) {
      return ack(lease, StoreHealth.Call.ACK_ACTIVITY, plain, plain);
    }
    ActivityAck claiming = new ActivityAck(ack.lockToken(), ack.completion(), instanceClaim());
    AckResult result =
        ack(
            lease,
            StoreHealth.Call.ACK_ACTIVITY,
            () -> claiming(room, () -> provider.ackActivityItem(claiming)),
            plain);
    if (result instanceof AckResult.Applied applied) {
      room.received(applied.claimed().map(List::of).orElse(List.of()));
    }
    return result;
  }

  /**
   * Enqueues once, and takes over the addressed instance; says whether the message was stored, and
   * throws what the store throws.
   */
  boolean enqueue(OrchestratorMessage message, Reservation<OrchestrationItem> room) {
    EnqueueResult result = provider.enqueue(message, instanceClaim());
    OrchestrationItem claimed = result.claimed();
    room.received(claimed == null ? List.of() : List.of(claimed));
    return result.stored();
  }

  private InstanceClaim instanceClaim() {
    return new InstanceClaim(lockFor, inlineHistory.forClaim(), null);
  }

  /** A failed call hands nothing over that could be known: the slots are free while it pauses. */
  private static AckResult claiming(Reservation<?> room, Supplier<AckResult> call) {
    try {
      return call.get();
    } catch (ProviderError e) {
      room.giveUp();
      throw e;
    }
  }

  private static OrchestrationAck claiming(OrchestrationAck ack, ActivityClaim claim) {
    return new OrchestrationAck(
        ack.lockToken(),
        ack.executionId(),
        ack.historyDelta(),
        ack.activities(),
        ack.messages(),
        ack.metadata(),
        ack.cancelledActivities(),
        claim);
  }

  /**
   * Acks, or learns why that is impossible; {@code LockLost} also when the lock ran out meanwhile.
   *
   * @param first the first try, which alone may claim: were the answer of a repeated one lost as
   *     well, still more work would lie locked with nobody to do it
   * @param again what is tried after a failure
   */
  private AckResult ack(
      Lease lease, StoreHealth.Call call, Supplier<AckResult> first, Supplier<AckResult> again) {
    leases.settles(lease.token());
    try {
      AckResult result = repeat(lease, call, first, again);
      if (!(result instanceof AckResult.Rejected)) {
        leases.release(lease.token());
      }
      return result;
    } catch (ProviderError.Permanent e) {
      return AckResult.rejected(e);
    } catch (ProviderError e) {
      return AckResult.rejected(
          new ProviderError.LockLost(
              e.operation(), lease.token(), "it ran out before the store could be reached"));
    }
  }

  /** Reads; throws what the last try threw. */
  <T> T read(Lease lease, Supplier<T> read) {
    return repeat(lease, StoreHealth.Call.READ, read, read);
  }

  /** Stores why work does not go on, as far as the store can be told. */
  void report(LockToken token, String problem) {
    try {
      provider.reportProblem(token, problem);
    } catch (ProviderError e) {
      LOG.debug("why {} does not go on could not be stored", token, Told.brief(e));
    } catch (Throwable e) {
      Told.error(LOG, "why " + token + " does not go on could not be stored", e);
    }
  }

  /** Gives work back, as far as the store can be told. */
  boolean abandon(LockToken token, Abandonment how) {
    leases.settles(token);
    try {
      switch (token) {
        case LockToken.OfInstance instance -> provider.abandonOrchestrationItem(instance, how);
        case LockToken.OfActivity activity -> provider.abandonActivityItem(activity, how);
      }
      leases.release(token);
      return true;
    } catch (ProviderError e) {
      // Lost already, or the store is away: then the lock runs out by itself.
      LOG.debug("{} could not be given back", token, Told.brief(e));
      return false;
    } catch (Throwable e) {
      Told.error(LOG, token + " could not be given back; the lock will run out", e);
      return false;
    }
  }

  private <T> T repeat(Lease lease, StoreHealth.Call kind, Supplier<T> first, Supplier<T> again) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    Supplier<T> call = first;
    while (true) {
      try {
        T answer = call.get();
        health.works(kind);
        return answer;
      } catch (ProviderError.Retryable e) {
        health.failed(kind, e);
        if (!lease.isLive()) {
          throw e;
        }
        pause(pauses.next(), e);
        call = again;
      }
    }
  }

  private static void pause(Duration time, ProviderError error) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw error;
    }
  }
}
