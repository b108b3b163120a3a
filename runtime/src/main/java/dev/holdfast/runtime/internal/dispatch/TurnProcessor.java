// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.worker.internal.util.Memory;
import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Recorded;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.HeldUpException;
import dev.holdfast.runtime.internal.replay.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes one item of the orchestrator queue: brings the execution up to date, runs it, acks. */
final class TurnProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(TurnProcessor.class);
  private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

  private final Provider provider;
  private final StoreCalls calls;
  private final Claims claims;
  private final Registry registry;
  private final Settings settings;
  private final Host host;
  private final Setbacks setbacks;
  private final Runnable shortage;
  private final ExecutionCache cache;
  private final InlineHistory inlineHistory;
  private final CompletionSignals signals;
  private final Verdict verdict;

  TurnProcessor(
      Provider provider,
      StoreCalls calls,
      Claims claims,
      Registry registry,
      Settings settings,
      ExecutionCache cache,
      InlineHistory inlineHistory,
      CompletionSignals signals,
      Host host,
      Setbacks setbacks,
      Runnable shortage) {
    this.provider = provider;
    this.calls = calls;
    this.claims = claims;
    this.registry = registry;
    this.settings = settings;
    this.host = host;
    this.setbacks = setbacks;
    this.shortage = shortage;
    this.cache = cache;
    this.inlineHistory = inlineHistory;
    this.signals = signals;
    this.verdict = new Verdict(provider, calls, settings, signals);
  }

  /** Processes an item to its end. Whatever goes wrong concerns this instance and nothing else. */
  // An Error of one instance must not take the others down; what the JVM cannot survive shows
  // there.
  void process(OrchestrationItem item, Lease lease) {
    try {
      // Whether its workers have died at it is for those to judge who have its code.
      if (item.attemptCount() > settings.maxDeliveries() && mayEnd(item)) {
        fail(item, lease, poison(item));
      } else {
        turn(item, lease);
      }
    } catch (HeldUpException e) {
      LOG.debug("{}; it is given back", e.getMessage());
      calls.abandon(lease.token(), Abandonment.now().uncounted());
    } catch (UnregisteredException e) {
      if (settings.failUnrunnable()) {
        laterOrNever(item, lease, new Failure(Failure.UNREGISTERED, e.getMessage()));
      } else {
        setbacks.notHere(lease, Told.text(e));
      }
    } catch (NondeterminismException e) {
      unrunnable(item, lease, Failure.of(e));
    } catch (UnreadableException | ProviderError.CorruptData e) {
      LOG.debug("instance {} cannot be read", item.instanceId(), Told.brief(e));
      unrunnable(item, lease, new Failure(Failure.UNREADABLE, Told.text(e)));
    } catch (ProviderError e) {
      if (Memory.isShort(e)) {
        memoryIsShort(item, lease, e);
        return;
      }
      // That the store cannot work is not the instance's fault.
      LOG.debug("instance {}: the store cannot work", item.instanceId(), Told.brief(e));
      calls.abandon(lease.token(), Abandonment.after(STORE_PAUSE).uncounted());
    } catch (Throwable e) {
      if (Memory.isShort(e)) {
        memoryIsShort(item, lease, e);
        return;
      }
      Told.error(
          LOG, "delivery %d of %s failed".formatted(item.attemptCount(), item.instanceId()), e);
      laterOrNever(item, lease, Failure.of(e));
    }
  }

  private boolean mayEnd(OrchestrationItem item) {
    String name = item.name();
    return name == null
        || registry.orchestration(name, item.version()) != null
        || settings.failUnrunnable();
  }

  /** Others may be what fills it, or a worker with more of it may come. */
  private void memoryIsShort(OrchestrationItem item, Lease lease, Throwable error) {
    shortage.run();
    LOG.debug("instance {}: memory is short", item.instanceId(), Told.brief(error));
    setbacks.notNow(lease, "there was no memory for its turn: " + Told.text(error));
  }

  /** Other code may be able to run it: a newer version, or the one before. */
  private void unrunnable(OrchestrationItem item, Lease lease, Failure reason) {
    if (settings.failUnrunnable()) {
      laterOrNever(item, lease, reason);
    } else {
      setbacks.notNow(lease, reason.toString());
    }
  }

  private void turn(OrchestrationItem item, Lease lease) {
    StoredHistory history = new StoredHistory(provider, calls, item, lease);
    Execution execution = cache.take(history.place());
    if (execution != null) {
      inlineHistory.hit();
      goOn(item, lease, execution);
      return;
    }
    Event.Terminal terminal = history.terminal();
    if (history.lastEventId() == 0) {
      begin(item, lease, item.executionId());
    } else if (terminal instanceof Event.ContinuedAsNew) {
      begin(item, lease, item.executionId() + 1);
    } else if (terminal != null) {
      finishOff(item, lease, history);
    } else {
      inlineHistory.miss();
      goOn(item, lease, replayed(item, history));
    }
  }

  private void begin(OrchestrationItem item, Lease lease, long executionId) {
    Optional<Intake.Begin> found = Intake.begin(item.messages(), executionId);
    if (found.isEmpty()) {
      // A clock that stepped back can hide the start for a while; nothing may get lost before it.
      LOG.warn("instance {}: messages without a start are kept back", item.instanceId());
      calls.abandon(lease.token(), Abandonment.after(STORE_PAUSE).uncounted());
      return;
    }
    Intake.Begin begin = found.get();
    Execution execution =
        execution(item, executionId, begin.start().name(), begin.start().version());
    run(item, lease, execution, Intake.beginning(begin, execution, item.messages()));
  }

  private void goOn(OrchestrationItem item, Lease lease, Execution execution) {
    boolean handedOn = false;
    try {
      Intake intake = Intake.going(execution, item.messages());
      handedOn = true;
      run(item, lease, execution, intake);
    } finally {
      if (!handedOn) {
        execution.unwind();
      }
    }
  }

  private void finishOff(OrchestrationItem item, Lease lease, StoredHistory history) {
    Event.OrchestrationStarted started = history.started();
    Intake intake =
        Intake.ended(item.instanceId(), started == null ? null : started.parent(), item.messages());
    OrchestrationAck ack =
        OrchestrationAck.builder(lease.token(), item.executionId())
            .messages(intake.replies())
            .build();
    AckResult result = calls.ackTurn(lease, ack);
    if (result instanceof AckResult.Rejected(var error)) {
      rejected(item, lease, error);
    }
  }

  private Execution replayed(OrchestrationItem item, StoredHistory history) {
    Event.OrchestrationStarted started = history.started();
    if (started == null) {
      throw new UnreadableException("the history does not begin with a start", null);
    }
    Execution execution = execution(item, item.executionId(), started.name(), started.version());
    boolean complete = false;
    try {
      execution.replay(history);
      complete = true;
    } finally {
      if (!complete) {
        execution.unwind();
      }
    }
    return execution;
  }

  private Execution execution(
      OrchestrationItem item, long executionId, String name, @Nullable String version) {
    Orchestration<?, ?> orchestration = registry.orchestration(name, version);
    if (orchestration == null) {
      throw new UnregisteredException(
          "no orchestration \"%s\"%s is registered here"
              .formatted(name, version == null ? "" : " of version \"" + version + "\""));
    }
    return new Execution(
        item.instanceId(),
        executionId,
        orchestration,
        host,
        (earlier, after, limit) -> provider.readHistory(item.instanceId(), earlier, after, limit));
  }

  private void run(OrchestrationItem item, Lease lease, Execution execution, Intake intake) {
    boolean offered = false;
    try {
      List<Recorded> delta =
          intake.events().isEmpty() ? List.of() : execution.turn(item.fetchedAt(), intake.events());
      List<OrchestratorMessage> others = new ArrayList<>(intake.replies());
      Event.Terminal terminal = execution.terminal();
      if (terminal instanceof Event.ContinuedAsNew && execution.canBeCancelled()) {
        // A request that came behind the end of this execution is meant for the next one.
        intake
            .cancelReason()
            .ifPresent(reason -> others.add(Messages.cancel(item.instanceId(), reason)));
      }
      OrchestrationAck ack;
      try {
        ack = TurnAck.of(lease.token(), execution, delta, others);
      } catch (ProviderError.InvalidRequest | ProviderError.NotSupported e) {
        // It is what the code asked for, and would be the same in every delivery.
        refused(item, lease, e);
        return;
      }
      AckResult result;
      // Its activities begin when it is parked: a quick one must find it there when it answers.
      try (Reservation<ActivityItem> next = claims.of(ack);
          ExecutionCache.Offer offer = terminal == null ? cache.offer(execution) : null) {
        offered = offer != null;
        result = calls.ackTurn(lease, ack, next);
        if (offer != null && !(result instanceof AckResult.Rejected)) {
          offer.stored();
        }
      }
      if (result instanceof AckResult.Rejected(var error)) {
        rejected(item, lease, error);
        return;
      }
      setbacks.over(lease);
      if (terminal != null && !(terminal instanceof Event.ContinuedAsNew)) {
        signals.ended(
            item.instanceId(),
            new CompletionSignals.Ended(
                execution.executionId(),
                execution.orchestration().name(),
                ack.historyDelta().getLast()));
      }
    } finally {
      if (!offered) {
        execution.unwind();
      }
    }
  }

  private void rejected(OrchestrationItem item, Lease lease, ProviderError.Permanent error) {
    if (lease.isOver()) {
      LOG.debug(
          "instance {}: the turn is dropped, its lock was given up",
          item.instanceId(),
          Told.brief(error));
      return;
    }
    switch (error) {
      case ProviderError.LockLost lost ->
          LOG.info("instance {}: the turn is dropped: {}", item.instanceId(), Told.text(lost));
      case ProviderError.InvalidRequest refused -> refused(item, lease, refused);
      case ProviderError.NotSupported refused -> refused(item, lease, refused);
      case ProviderError.IdempotencyMismatch refused -> refused(item, lease, refused);
      default -> {
        LOG.error("instance {}: the turn was rejected", item.instanceId(), Told.brief(error));
        calls.abandon(
            lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())).uncounted());
      }
    }
  }

  private void refused(OrchestrationItem item, Lease lease, ProviderError.Permanent error) {
    fail(
        item,
        lease,
        new Failure(
            Failure.REFUSED, "the store refused the result of a turn: " + error.getMessage()));
  }

  private void laterOrNever(OrchestrationItem item, Lease lease, Failure reason) {
    if (item.attemptCount() < settings.maxDeliveries()) {
      calls.abandon(lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())));
      return;
    }
    fail(item, lease, reason);
  }

  private void fail(OrchestrationItem item, Lease lease, Failure reason) {
    try {
      verdict.fail(item, lease, reason);
    } catch (ProviderError.Retryable e) {
      LOG.debug("instance {}: the store cannot work", item.instanceId(), Told.brief(e));
      calls.abandon(lease.token(), Abandonment.after(STORE_PAUSE).uncounted());
    } catch (RuntimeException e) {
      LOG.error("instance {} cannot be failed", item.instanceId(), Told.brief(e));
      calls.abandon(lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())));
    }
  }

  private static Failure poison(OrchestrationItem item) {
    return new Failure(
        Failure.POISON, "delivered %d times without a result".formatted(item.attemptCount() - 1));
  }
}
