// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.internal.util.Backoff;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that are repeated as long as they may succeed: while the lock lives. A result is never
 * thrown away because the store was away for a moment.
 */
final class RetryingStore {

  private static final Logger LOG = LoggerFactory.getLogger(RetryingStore.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Provider provider;
  private final StoreAvailability health;
  private final LockRenewer locks;
  private final Routes routes;
  private final Engines engines;
  private final WorkerThreads threads;

  RetryingStore(
      Provider provider,
      StoreAvailability health,
      LockRenewer locks,
      Routes routes,
      Engines engines,
      WorkerThreads threads) {
    this.provider = provider;
    this.health = health;
    this.locks = locks;
    this.routes = routes;
    this.engines = engines;
    this.threads = threads;
  }

  /**
   * Stores what a turn did, and takes over what it schedules as far as there is room. Interrupts
   * activities of this worker that the turn has cancelled.
   */
  AckResult ackTurn(HeldLock lock, TurnOutput turn, SlotReservation<ActivityItem> room) {
    OrchestrationAck ack = ack(lock, turn, null);
    Supplier<AckResult> plain = () -> provider.ackOrchestrationItem(ack);
    if (room.size() == 0) {
      return turnAcked(lock, turn, ack(lock, StoreCall.ACK_TURN, plain, plain));
    }
    EagerActivities eager = routes.activities(room.size());
    OrchestrationAck claiming = ack(lock, turn, eager);
    AckResult result =
        ack(
            lock,
            StoreCall.ACK_TURN,
            () -> claiming(room, Ahead.NONE, () -> provider.ackOrchestrationItem(claiming)),
            plain);
    if (result instanceof AckResult.Applied applied) {
      room.received(applied.eagerActivities());
    }
    return turnAcked(lock, turn, result);
  }

  private static OrchestrationAck ack(
      HeldLock lock, TurnOutput turn, @Nullable EagerActivities eager) {
    return new OrchestrationAck(lock.token(), TurnContents.of(turn, eager), turn.changes());
  }

  private AckResult turnAcked(HeldLock lock, TurnOutput turn, AckResult result) {
    if (!(result instanceof AckResult.Rejected)) {
      lock.notes().stored(turn);
      if (!turn.cancelledActivities().isEmpty()) {
        locks.cancelled(Set.copyOf(turn.cancelledActivities()));
      }
    }
    return result;
  }

  /**
   * Stores the result of an activity, and with it the turn that it causes if there is one; takes
   * over the instance if there is room.
   */
  AckResult ackActivity(
      HeldLock lock,
      ActivityResult.Done done,
      SlotReservation<OrchestrationItem> room,
      Ahead ahead) {
    ActivityAck ack = ActivityAck.of(lock.token(), done.completion()).withChanges(done.changes());
    Supplier<AckResult> plain = () -> provider.ackActivityItem(ack);
    if (room.size() == 0) {
      return activityAcked(lock, done, ack(lock, StoreCall.ACK_ACTIVITY, plain, plain));
    }
    EagerInstance claim = instanceClaim().withTurnAhead(ahead.turn());
    ActivityAck claiming = ack.withEager(claim);
    AckResult result =
        ack(
            lock,
            StoreCall.ACK_ACTIVITY,
            () -> claiming(room, ahead, () -> provider.ackActivityItem(claiming)),
            plain);
    if (result instanceof AckResult.Applied applied) {
      ahead.settled(applied.turnAhead());
      OrchestrationItem claimed = applied.eagerInstance();
      room.received(claimed == null ? List.of() : List.of(claimed));
    }
    return activityAcked(lock, done, result);
  }

  private static AckResult activityAcked(
      HeldLock lock, ActivityResult.Done done, AckResult result) {
    if (!(result instanceof AckResult.Rejected)) {
      lock.notes().stored(done);
    }
    return result;
  }

  /**
   * Enqueues once, together with the turn that the message causes if there is one, and takes over
   * the addressed instance; returns whether the message was stored, and throws what the store
   * throws.
   */
  boolean enqueue(
      OrchestratorMessage message, SlotReservation<OrchestrationItem> room, Ahead ahead) {
    EnqueueResult result = provider.enqueue(message, instanceClaim().withTurnAhead(ahead.turn()));
    ahead.settled(result.turnAhead());
    OrchestrationItem claimed = result.eagerInstance();
    room.received(claimed == null ? List.of() : List.of(claimed));
    return result.stored();
  }

  private EagerInstance instanceClaim() {
    return routes.instance(engines.inlineHistory());
  }

  /**
   * Makes a call that may hand work over. A failed call hands over nothing that this worker knows
   * of, so the slots are free before it is repeated. Whether it has applied the turn ahead is not
   * known either, so that the engine must not believe it.
   */
  private static AckResult claiming(
      SlotReservation<?> room, Ahead ahead, Supplier<AckResult> call) {
    try {
      return call.get();
    } catch (ProviderError e) {
      ahead.close();
      room.giveUp();
      throw e;
    }
  }

  /**
   * Acks, or learns why that is impossible; {@code LockLost} also when the lock ran out meanwhile.
   *
   * @param first the first try, which alone may claim: were the result of a repeated one lost as
   *     well, still more work would be locked for no worker
   * @param again what is tried after a failure
   */
  private AckResult ack(
      HeldLock lock, StoreCall call, Supplier<AckResult> first, Supplier<AckResult> again) {
    lock.settles();
    try {
      AckResult result = repeat(lock, call, first, again);
      if (!(result instanceof AckResult.Rejected)) {
        lock.stored();
        locks.release(lock.token());
      }
      if (result instanceof AckResult.Rejected(ProviderError.LockLost lost) && !lock.isOver()) {
        lock.notes().lockLost();
      }
      return result;
    } catch (ProviderError.Permanent e) {
      return AckResult.rejected(e);
    } catch (ProviderError e) {
      lock.notes().lockLost();
      return AckResult.rejected(
          new ProviderError.LockLost(
              e.operation(), lock.token(), "it ran out before the store could be reached"));
    }
  }

  /** Reads events of an instance's current execution; throws what the last try threw. */
  History readHistory(HeldLock lock, OrchestrationItem item, long after, int limit) {
    return read(
        lock, () -> provider.readHistory(item.instanceId(), item.executionId(), after, limit));
  }

  <C extends Capability> Optional<C> capability(Class<C> type) {
    return provider.capability(type);
  }

  /** Reads; throws what the last try threw. */
  <T> T read(HeldLock lock, Supplier<T> read) {
    return repeat(lock, StoreCall.READ, read, read);
  }

  /** Stores changes under a lock; throws what the last try threw. */
  List<ChangeResult> apply(HeldLock lock, List<Change> changes) {
    Changes calls =
        provider
            .capability(Changes.class)
            .orElseThrow(() -> new ProviderError.NotSupported("apply", Feature.CHANGES));
    Supplier<List<ChangeResult>> call = () -> calls.apply(changes, lock.token());
    return repeat(lock, StoreCall.APPLY, call, call);
  }

  /** As {@link #report}, without waiting for the store: the caller has other work. */
  void reportLater(LockToken token, String problem) {
    threads
        .daemon(
            "holdfast-report",
            () -> report(token, Texts.cut(problem, InstanceDescription.MAX_PROBLEM_LENGTH)))
        .start();
  }

  /** Stores why work does not go on, if the store can be reached. */
  void report(LockToken token, String problem) {
    try {
      provider.reportProblem(token, problem);
    } catch (ProviderError e) {
      LOG.debug("why {} does not go on could not be stored", token, Told.brief(e));
    } catch (Throwable e) {
      Told.error(LOG, "why " + token + " does not go on could not be stored", e);
    }
  }

  /** Gives work back, if the store can be reached. */
  boolean abandon(LockToken token, AbandonOptions how) {
    locks.settles(token);
    try {
      provider.abandon(token, how);
      locks.release(token);
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

  private <T> T repeat(HeldLock lock, StoreCall kind, Supplier<T> first, Supplier<T> again) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    Supplier<T> call = first;
    while (true) {
      try {
        T result = call.get();
        health.works(kind);
        return result;
      } catch (ProviderError.Retryable e) {
        health.failed(kind, e);
        if (!lock.isLive()) {
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
