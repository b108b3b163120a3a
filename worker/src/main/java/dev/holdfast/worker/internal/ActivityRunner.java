// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.WorkFailure.Reason;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.Told;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one delivery of an activity to its end: has an engine do it and stores the result, or
 * gives it back.
 */
final class ActivityRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ActivityRunner.class);

  /** How often a result may be replaced in one delivery. */
  private static final int MOST_RESULTS = 10;

  private final Engines engines;
  private final WorkerSettings settings;
  private final RetryingStore store;
  private final EagerDispatch eager;
  private final Setbacks setbacks;
  private final TurnsAhead turnsAhead;
  private final @Nullable SessionKeeper sessions;

  ActivityRunner(
      Engines engines,
      WorkerSettings settings,
      RetryingStore store,
      EagerDispatch eager,
      Setbacks setbacks,
      TurnsAhead turnsAhead,
      @Nullable SessionKeeper sessions) {
    this.engines = engines;
    this.settings = settings;
    this.store = store;
    this.eager = eager;
    this.setbacks = setbacks;
    this.turnsAhead = turnsAhead;
    this.sessions = sessions;
  }

  /** An activity under its lock. */
  private record Delivery(ActivityItem item, HeldLock lock, RetryingStore store)
      implements ActivityDelivery {
    @Override
    public ActivityTask task() {
      return item.task();
    }

    @Override
    public int deliveries() {
      return item.deliveryCount();
    }

    @Override
    public boolean isCancelled() {
      return lock.isOver();
    }

    @Override
    public <T> T read(Supplier<T> read) {
      return store.read(lock, read);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return store.capability(type);
    }

    @Override
    public List<ChangeResult> apply(List<Change> changes) {
      return store.apply(lock, changes);
    }

    @Override
    public <T extends @Nullable Object> T runInterruptibly(Callable<T> code) throws Exception {
      return lock.runInterruptibly(code);
    }
  }

  /** Processes an item to its end. Whatever goes wrong concerns this activity and nothing else. */
  void run(ActivityItem item, HeldLock lock) {
    Delivery delivery = new Delivery(item, lock, store);
    ActivityHandler engine = engines.activity(item.task().name());
    try {
      if (engine != null) {
        attempt(engine, delivery);
      } else if (settings.unrunnable() == Unrunnable.RELEASE) {
        setbacks.notHere(
            lock, "no activity \"%s\" is registered here".formatted(item.task().name()));
        if (sessions != null) {
          sessions.letGo(item.task().sessionId());
        }
      } else {
        deliveryOfNobody(delivery);
      }
    } catch (Throwable e) {
      if (delivery.isCancelled()) {
        // An interrupt may be what was thrown; the thread that ended the lock gives the activity
        // back.
        LOG.debug("activity {}: its failure is of no interest", lock.work(), Told.brief(e));
        return;
      }
      Told.error(LOG, "activity " + lock.work() + " cannot be processed", e);
      later(delivery, true);
    }
  }

  private void attempt(ActivityHandler engine, Delivery delivery) throws Exception {
    if (isPoison(delivery)) {
      settle(engine, delivery, engine.fail(delivery, poison(delivery)), 0);
      return;
    }
    ActivityResult result = engine.run(delivery);
    if (delivery.isCancelled()) {
      LOG.debug("activity {}: the result is not wanted any more", delivery.lock().work());
    } else {
      settle(engine, delivery, result, MOST_RESULTS);
    }
  }

  private void deliveryOfNobody(Delivery delivery) throws Exception {
    ActivityHandler engine = engines.firstActivities();
    String name = delivery.task().name();
    if (isPoison(delivery)) {
      settle(engine, delivery, engine.fail(delivery, poison(delivery)), 0);
    } else if (delivery.deliveries() < settings.maxDeliveries()) {
      LOG.warn(
          "delivery {} of {}: no activity \"{}\" is registered here",
          delivery.deliveries(),
          delivery.lock().work(),
          name);
      later(delivery, true);
    } else {
      WorkFailure failure =
          WorkFailure.of(Reason.UNREGISTERED, "no activity \"%s\" is registered".formatted(name));
      settle(engine, delivery, engine.fail(delivery, failure), 0);
    }
  }

  private boolean isPoison(Delivery delivery) {
    return delivery.deliveries() > settings.maxDeliveries();
  }

  private static WorkFailure poison(Delivery delivery) {
    return WorkFailure.of(
        Reason.POISON,
        "delivered %s without an answer".formatted(Texts.count(delivery.deliveries() - 1, "time")));
  }

  /**
   * Stores a result. If the store refuses the result of the activity itself, another one replaces
   * it; once, unless it is refused because others have changed what it has seen.
   *
   * @param replaceable how often it may be replaced
   */
  private void settle(
      ActivityHandler engine, Delivery delivery, ActivityResult result, int replaceable)
      throws Exception {
    HeldLock lock = delivery.lock();
    switch (result) {
      case ActivityResult.Release release -> {
        LOG.debug("activity {} is given back: {}", lock.work(), release.reason());
        store.abandon(lock.token(), new AbandonOptions(release.delay(), release.counted()));
      }
      case ActivityResult.Done done -> {
        AckResult ack = send(delivery, done);
        if (replaceable > 0
            && ack instanceof AckResult.Rejected(ProviderError.Permanent error)
            && Outdated.is(error)
            && !lock.isOver()) {
          LOG.debug("activity {}: the result is outdated", lock.work(), Told.brief(error));
          settle(engine, delivery, engine.outdated(delivery, done, error), replaceable - 1);
        } else if (replaceable > 0
            && ack instanceof AckResult.Rejected(ProviderError.InvalidRequest refused)
            && !lock.isOver()) {
          String message = "the store refused the result: " + refused.getMessage();
          WorkFailure failure = new WorkFailure(Reason.REFUSED, message, refused);
          settle(engine, delivery, engine.fail(delivery, failure), 0);
        } else {
          acked(delivery, ack);
        }
      }
    }
  }

  private AckResult send(Delivery delivery, ActivityResult.Done done) {
    // A turn ahead that was not used is closed before the instance begins that came in its place.
    try (SlotReservation<OrchestrationItem> room = eager.reserve(delivery.task());
        Ahead ahead =
            done.changes().isEmpty()
                ? turnsAhead.of(delivery.item(), done.completion(), room)
                : Ahead.NONE) {
      return store.ackActivity(delivery.lock(), done, room, ahead);
    }
  }

  private void acked(Delivery delivery, AckResult ack) {
    HeldLock lock = delivery.lock();
    switch (ack) {
      case AckResult.Rejected(ProviderError.LockLost lost) ->
          LOG.info("activity {}: the result is dropped: {}", lock.work(), Told.text(lost));
      case AckResult.Rejected(var error) -> {
        if (!lock.isOver()) {
          LOG.error("activity {}: the result was rejected", lock.work(), Told.brief(error));
        }
        later(delivery, false);
      }
      case AckResult.Applied applied -> LOG.trace("activity {} is done", lock.work());
      case AckResult.AlreadyApplied already -> LOG.trace("activity {} is done", lock.work());
    }
  }

  private void later(Delivery delivery, boolean counted) {
    store.abandon(
        delivery.lock().token(),
        new AbandonOptions(settings.redelivery().after(delivery.deliveries()), counted));
  }
}
