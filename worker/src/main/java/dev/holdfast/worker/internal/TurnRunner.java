// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.WorkFailure.Reason;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.Memory;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one delivery of an instance to its end: has an engine compute the turn, stores it, and
 * where that fails gives the instance back or has the engine end it.
 */
final class TurnRunner {

  private static final Logger LOG = LoggerFactory.getLogger(TurnRunner.class);
  private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

  /** How often a turn is computed in one delivery, as long as others change what it has seen. */
  private static final int MOST_LOOKS = 10;

  private final Engines engines;
  private final WorkerSettings settings;
  private final RetryingStore store;
  private final EagerDispatch eager;
  private final Setbacks setbacks;

  TurnRunner(
      Engines engines,
      WorkerSettings settings,
      RetryingStore store,
      EagerDispatch eager,
      Setbacks setbacks) {
    this.engines = engines;
    this.settings = settings;
    this.store = store;
    this.eager = eager;
    this.setbacks = setbacks;
  }

  /** Closes a turn whatever happens; what closing throws is only logged. */
  private record OpenTurn(TurnDelivery delivery, @Nullable Turn turn) implements AutoCloseable {
    @Override
    public void close() {
      try {
        if (turn != null) {
          turn.close();
        }
      } catch (Throwable e) {
        Told.error(LOG, "instance " + delivery.instanceId() + ": its turn cannot be closed", e);
      }
    }
  }

  /** Processes an item to its end. Whatever goes wrong concerns this instance and nothing else. */
  void run(OrchestrationItem item, HeldLock lock, Runnable slot) {
    TurnHandler engine = engines.turns(item);
    TurnDelivery delivery = new TurnDelivery(item, lock, store, slot);
    WorkFailure failure;
    // Only a worker that has the code of an instance may judge it as poison.
    if (item.deliveryCount() > settings.maxDeliveries() && (engine != null || fails())) {
      failure =
          WorkFailure.of(
              Reason.POISON,
              "delivered %s without a result"
                  .formatted(Texts.count(item.deliveryCount() - 1, "time")));
    } else {
      Attempts attempts = new Attempts(engine, delivery);
      failure = attempts.next();
      for (int looks = 1; isOutdated(failure) && looks < MOST_LOOKS; looks++) {
        failure = attempts.next();
      }
    }
    // Without a lock nothing can be stored, and the thread that ended it gives the instance back.
    if (failure != null && !lock.isOver()) {
      judge(engine == null ? engines.firstTurns() : engine, delivery, failure);
    }
  }

  private static boolean isOutdated(@Nullable WorkFailure failure) {
    return failure != null && failure.reason() == Reason.OUTDATED;
  }

  private boolean fails() {
    return settings.unrunnable() == Unrunnable.FAIL;
  }

  /** The turns that are computed in one delivery, one after the other. */
  private final class Attempts {
    private final @Nullable TurnHandler engine;
    private final TurnDelivery delivery;
    private @Nullable Turn last;
    private ProviderError.@Nullable Permanent refusal;

    Attempts(@Nullable TurnHandler engine, TurnDelivery delivery) {
      this.engine = engine;
      this.delivery = delivery;
    }

    /** Tries once; returns null when that settled it, one way or the other. */
    @Nullable WorkFailure next() {
      WorkFailure failure = attempt(this::turn, delivery);
      refusal =
          failure != null && failure.cause() instanceof ProviderError.Permanent error
              ? error
              : null;
      return failure;
    }

    private @Nullable Turn turn() throws Exception {
      Turn refused = last;
      ProviderError.Permanent why = refusal;
      if (engine == null) {
        last = dismissed(delivery);
      } else if (refused == null || why == null) {
        last = engine.take(delivery);
      } else {
        last = engine.outdated(delivery, refused, why);
      }
      return last;
    }
  }

  // An Error of one instance must not take other instances down; what the JVM cannot survive will
  // show there as well.
  private @Nullable WorkFailure attempt(
      Callable<? extends @Nullable Turn> engine, TurnDelivery delivery) {
    String instanceId = delivery.instanceId();
    try (OpenTurn open = new OpenTurn(delivery, engine.call())) {
      Turn turn = open.turn();
      return turn == null ? unregistered(delivery) : settle(delivery, turn);
    } catch (ProviderError.CorruptData e) {
      LOG.debug("instance {} cannot be read", instanceId, Told.brief(e));
      return new WorkFailure(Reason.UNREADABLE, Told.text(e), e);
    } catch (Throwable e) {
      if (Memory.isShort(e)) {
        // Other instances may fill the memory, or a worker with more of it may come.
        engines.memoryIsShort();
        LOG.debug("instance {}: memory is short", instanceId, Told.brief(e));
        setbacks.notNow(delivery.lock(), "there was no memory for its turn: " + Told.text(e));
        return null;
      }
      if (e instanceof ProviderError) {
        storeIsAway(delivery, e);
        return null;
      }
      Told.error(LOG, "delivery %d of %s failed".formatted(delivery.deliveries(), instanceId), e);
      return new WorkFailure(Reason.CRASHED, Told.text(e), e);
    }
  }

  private @Nullable Turn dismissed(TurnDelivery delivery) throws Exception {
    for (TurnHandler engine : engines.turns()) {
      Turn turn = engine.dismiss(delivery);
      if (turn != null) {
        return turn;
      }
    }
    return null;
  }

  private static WorkFailure unregistered(TurnDelivery delivery) {
    String version = delivery.version();
    return WorkFailure.of(
        Reason.UNREGISTERED,
        "no orchestration \"%s\"%s is registered here"
            .formatted(delivery.name(), version == null ? "" : " of version \"" + version + "\""));
  }

  private @Nullable WorkFailure settle(TurnDelivery delivery, Turn turn) {
    return switch (turn.result()) {
      case TurnResult.Failed(WorkFailure why) -> why;
      case TurnResult.Release release -> {
        release(delivery, release);
        yield null;
      }
      case TurnResult.Ack ack -> {
        ProviderError.Permanent rejection = store(delivery, turn, ack);
        if (rejection != null) {
          yield rejected(delivery, rejection);
        }
        setbacks.over(delivery.lock().work());
        yield null;
      }
    };
  }

  private void release(TurnDelivery delivery, TurnResult.Release release) {
    LOG.debug("instance {} is given back: {}", delivery.instanceId(), release.reason());
    store.abandon(delivery.lock().token(), new AbandonOptions(release.delay(), release.counted()));
  }

  /**
   * Stores the first alternative that is not rejected.
   *
   * @return why the last one was rejected, null when one is stored
   */
  private ProviderError.@Nullable Permanent store(
      TurnDelivery delivery, Turn turn, TurnResult.Ack ack) {
    ProviderError.Permanent rejection = null;
    for (TurnOutput output : ack.alternatives()) {
      AckResult result;
      // The activities begin after the execution is parked: the completion of a quick one must find
      // it there.
      try (SlotReservation<ActivityItem> room = eager.reserve(output)) {
        result = store.ackTurn(delivery.lock(), output, room);
        if (!(result instanceof AckResult.Rejected)) {
          tellApplied(delivery, turn, output);
        }
      }
      if (!(result instanceof AckResult.Rejected(ProviderError.Permanent error))) {
        return null;
      }
      rejection = error;
      if (error instanceof ProviderError.LockLost || delivery.lock().isOver()) {
        break;
      }
    }
    return rejection;
  }

  /** Tells the engine that the output is stored; what it throws changes nothing. */
  private static void tellApplied(TurnDelivery delivery, Turn turn, TurnOutput output) {
    try {
      turn.applied(output);
    } catch (Throwable e) {
      Told.error(LOG, "instance " + delivery.instanceId() + ": its turn cannot be parked", e);
    }
  }

  private @Nullable WorkFailure rejected(TurnDelivery delivery, ProviderError.Permanent error) {
    String instanceId = delivery.instanceId();
    if (delivery.lock().isOver()) {
      LOG.debug(
          "instance {}: the turn is dropped, its lock was given up", instanceId, Told.brief(error));
      return null;
    }
    if (Outdated.is(error)) {
      LOG.debug("instance {}: the turn is computed again", instanceId, Told.brief(error));
      return new WorkFailure(Reason.OUTDATED, Told.text(error), error);
    }
    return switch (error) {
      case ProviderError.LockLost lost -> {
        LOG.info("instance {}: the turn is dropped: {}", instanceId, Told.text(lost));
        yield null;
      }
      // The request is what the engine asked for, and would be the same in every delivery.
      case ProviderError.InvalidRequest refused -> refused(refused);
      case ProviderError.NotSupported refused -> refused(refused);
      case ProviderError.IdempotencyMismatch refused -> refused(refused);
      default -> {
        LOG.error("instance {}: the turn was rejected", instanceId, Told.brief(error));
        later(delivery, false);
        yield null;
      }
    };
  }

  private static WorkFailure refused(ProviderError.Permanent error) {
    return new WorkFailure(
        Reason.REFUSED, "the store refused the result of a turn: " + error.getMessage(), error);
  }

  private void judge(TurnHandler engine, TurnDelivery delivery, WorkFailure failure) {
    switch (failure.reason()) {
      case POISON, REFUSED -> end(engine, delivery, failure);
      case CRASHED -> laterOrNever(engine, delivery, failure);
      case UNREGISTERED -> {
        if (fails()) {
          laterOrNever(engine, delivery, failure);
        } else {
          setbacks.notHere(delivery.lock(), failure.message());
        }
      }
      case OUTDATED -> later(delivery, false);
      // Other code may be able to do it: a newer version, or the one before.
      case UNREADABLE, MISMATCHED -> {
        if (fails()) {
          laterOrNever(engine, delivery, failure);
        } else {
          setbacks.notNow(delivery.lock(), failure.message());
        }
      }
    }
  }

  private void laterOrNever(TurnHandler engine, TurnDelivery delivery, WorkFailure failure) {
    if (delivery.deliveries() < settings.maxDeliveries()) {
      later(delivery, true);
    } else {
      end(engine, delivery, failure);
    }
  }

  private void end(TurnHandler engine, TurnDelivery delivery, WorkFailure failure) {
    String instanceId = delivery.instanceId();
    try (OpenTurn open = new OpenTurn(delivery, engine.fail(delivery, failure))) {
      Turn turn = Objects.requireNonNull(open.turn());
      switch (turn.result()) {
        case TurnResult.Release release -> release(delivery, release);
        case TurnResult.Failed(WorkFailure why) -> {
          LOG.error("instance {} cannot be failed: {}", instanceId, why.message());
          later(delivery, true);
        }
        case TurnResult.Ack ack -> {
          ProviderError.Permanent rejection = store(delivery, turn, ack);
          if (rejection instanceof ProviderError.LockLost) {
            LOG.debug("instance {}: the lock was lost", instanceId, Told.brief(rejection));
          } else if (rejection != null) {
            LOG.error("instance {} cannot be failed", instanceId, Told.brief(rejection));
            later(delivery, true);
          }
        }
      }
    } catch (ProviderError.Retryable e) {
      storeIsAway(delivery, e);
    } catch (Throwable e) {
      Told.error(LOG, "instance " + instanceId + " cannot be failed", e);
      later(delivery, true);
    }
  }

  /** Gives the instance back uncounted: that the store cannot work is not its fault. */
  private void storeIsAway(TurnDelivery delivery, Throwable error) {
    LOG.debug("instance {}: the store cannot work", delivery.instanceId(), Told.brief(error));
    store.abandon(delivery.lock().token(), AbandonOptions.after(STORE_PAUSE).uncounted());
  }

  private void later(TurnDelivery delivery, boolean counted) {
    Duration delay = settings.redelivery().after(delivery.deliveries());
    store.abandon(delivery.lock().token(), new AbandonOptions(delay, counted));
  }
}
