// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.control.Begin;
import dev.holdfast.runtime.internal.control.ControlTurn;
import dev.holdfast.runtime.internal.control.Controls;
import dev.holdfast.runtime.internal.control.Delivered;
import dev.holdfast.runtime.internal.control.StoredHistory;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.HeldUpException;
import dev.holdfast.runtime.internal.replay.Host;
import dev.holdfast.runtime.internal.replay.RefusedAppends;
import dev.holdfast.worker.AheadTurn;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.WorkFailure.Reason;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine that replays: brings an execution to where its history ends, from the cache or by
 * replay, runs it with the events of the messages, and makes a turn of the new events. Thread-safe.
 */
final class ReplayTurnHandler implements TurnHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayTurnHandler.class);
  private static final Duration CLOCK_PAUSE = Duration.ofSeconds(1);

  private final Registry registry;
  private final Host host;
  private final ExecutionCache cache;
  private final BlockedTurns blocked;
  private final TurnExecutor executor;
  private final AheadTurns aheadTurns;
  private final HistoryPrefetch prefetch = new HistoryPrefetch();
  private final CodelessTurns codeless;
  private final Set<Feature> features;

  ReplayTurnHandler(
      Provider provider,
      Registry registry,
      Host host,
      ExecutionCache cache,
      BlockedTurns blocked,
      CompletionSignals signals,
      LongHistories histories,
      @Nullable RuntimeVersion pin,
      Duration aheadAtMost,
      @Nullable Tracing tracing) {
    this.registry = registry;
    this.host = host;
    this.cache = cache;
    this.blocked = blocked;
    this.executor =
        new TurnExecutor(
            provider, registry, host, cache, blocked, signals, histories, pin, tracing);
    this.aheadTurns = new AheadTurns(executor, cache, aheadAtMost);
    this.codeless = new CodelessTurns(signals);
    this.features = provider.info().features();
  }

  @Override
  public Set<OrchestrationCode> code() {
    return registry.orchestrations();
  }

  @Override
  public int inlineHistory() {
    return prefetch.events();
  }

  @Override
  public Turn take(TurnContext context) {
    return taken(context, RefusedAppends.NONE);
  }

  /** The code is told which of its appends did not fit, where it made them. */
  @Override
  public Turn outdated(TurnContext context, Turn refused, ProviderError.Permanent why) {
    return taken(
        context,
        refused instanceof ExecutedTurn turn && why instanceof VersionConflict conflict
            ? turn.refused(conflict)
            : RefusedAppends.NONE);
  }

  private Turn taken(TurnContext context, RefusedAppends refused) {
    blocked.began(context);
    boolean running = false;
    try {
      Turn turn = computed(context, refused);
      running = turn instanceof ExecutedTurn;
      return turn;
    } finally {
      if (!running) {
        blocked.ended();
      }
    }
  }

  @Override
  public @Nullable AheadTurn ahead(OrchestratorMessage message, Instant now) {
    return aheadTurns.compute(message, now);
  }

  @Override
  public Turn fail(TurnContext context, WorkFailure why) {
    return codeless.fail(delivered(context), failure(why));
  }

  /**
   * An instance that has ended needs no code: its messages are only removed. Neither does what
   * operators do to one.
   */
  @Override
  public @Nullable Turn dismiss(TurnContext context) {
    try {
      Delivered it = delivered(context);
      Event last = it.history().last(); // that of another engine cannot be read
      ControlTurn control = Controls.turn(it);
      if (control != null) {
        return codeless.of(it, control);
      }
      return last instanceof Event.Terminal terminal && !(last instanceof Event.ContinuedAsNew)
          ? ended(context, it.history(), terminal)
          : null;
    } catch (UnreadableException | ProviderError.CorruptData e) {
      LOG.debug("instance {} cannot be read", context.instanceId(), Told.brief(e));
      return null;
    }
  }

  /** What is parked can be replayed from its history. */
  @Override
  public void memoryIsShort() {
    cache.clear();
  }

  @Override
  public void close() {
    cache.clear();
    host.watch().close();
  }

  private Turn computed(TurnContext context, RefusedAppends refused) {
    try {
      return turn(context, refused);
    } catch (HeldUpException e) {
      return Turn.of(new TurnResult.Release(Duration.ZERO, false, Told.text(e)));
    } catch (UnregisteredException e) {
      return failed(Reason.UNREGISTERED, Told.text(e), e);
    } catch (RefusedException e) {
      return failed(Reason.REFUSED, Told.text(e), e);
    } catch (NondeterminismException e) {
      return failed(Reason.MISMATCHED, Failure.of(e).toString(), e);
    } catch (UnreadableException | ProviderError.CorruptData e) {
      LOG.debug("instance {} cannot be read", context.instanceId(), Told.brief(e));
      return failed(Reason.UNREADABLE, new Failure(Failure.UNREADABLE, Told.text(e)).toString(), e);
    }
  }

  private static Turn failed(Reason reason, String message, Throwable cause) {
    return Turn.of(new TurnResult.Failed(new WorkFailure(reason, message, cause)));
  }

  private Turn turn(TurnContext context, RefusedAppends refused) {
    Delivered it = delivered(context);
    StoredHistory history = it.history();
    boolean asked = Controls.ask(context.messages());
    Execution execution = cache.take(place(context, history));
    if (execution != null && !asked) {
      prefetch.hit();
      context.fromMemory(true);
      return goOn(context, execution, refused);
    }
    if (execution != null) {
      execution.unwind(); // it is replayed if it is to go on
    }
    // First what was asked for: also one whose history cannot be read is ended.
    ControlTurn control = asked ? Controls.turn(it) : null;
    Event last = control == null ? history.last() : null;
    if (last instanceof Event.Suspended && !asked) {
      control = Controls.turn(it);
    }
    if (control != null) {
      return codeless.of(it, control);
    }
    if (last == null) {
      return begin(context, context.executionId(), refused);
    } else if (last instanceof Event.ContinuedAsNew) {
      return begin(context, context.executionId() + 1, refused);
    } else if (last instanceof Event.Terminal terminal) {
      return ended(context, history, terminal);
    }
    prefetch.miss();
    context.fromMemory(false);
    return goOn(context, replayed(context, history), refused);
  }

  private Delivered delivered(TurnContext context) {
    return new Delivered(
        context.instanceId(),
        context.executionId(),
        context.name(),
        context.version(),
        new StoredHistory(context.history(), context::readHistory),
        context.messages(),
        context.fetchedAt(),
        features);
  }

  private static ExecutionCache.Place place(TurnContext context, StoredHistory history) {
    return new ExecutionCache.Place(
        context.instanceId(), context.executionId(), history.lastEventId(), history::startedAt);
  }

  private Turn begin(TurnContext context, long executionId, RefusedAppends refused) {
    Optional<Begin> found = Begin.find(context.messages(), executionId);
    if (found.isEmpty()) {
      // A clock that stepped back can hide the start for a while; nothing may get lost before it.
      LOG.warn("instance {}: messages without a start are kept back", context.instanceId());
      return Turn.of(new TurnResult.Release(CLOCK_PAUSE, false, "there is no start"));
    }
    Begin begin = found.get();
    Execution execution =
        executor.create(
            context.instanceId(),
            executionId,
            begin.start().name(),
            begin.start().version(),
            context.keyValues());
    return run(
        context,
        execution,
        MessageReceiver.beginning(begin, execution, context.messages()),
        refused);
  }

  private Turn goOn(TurnContext context, Execution execution, RefusedAppends refused) {
    boolean handedOn = false;
    try {
      MessageReceiver received = MessageReceiver.going(execution, context.messages());
      handedOn = true;
      return run(context, execution, received, refused);
    } finally {
      if (!handedOn) {
        execution.unwind();
      }
    }
  }

  private static Turn ended(TurnContext context, StoredHistory history, Event.Terminal terminal) {
    Event.OrchestrationStarted started = history.started();
    MessageReceiver received =
        MessageReceiver.ended(
            context.instanceId(),
            started == null ? null : started.parent(),
            terminal,
            context.messages());
    return Turn.of(
        new TurnResult.Ack(
            TurnOutput.of(context.executionId()).messages(received.replies()).build()));
  }

  private Execution replayed(TurnContext context, StoredHistory history) {
    Event.OrchestrationStarted started = history.started();
    if (started == null) {
      throw new UnreadableException("the history does not begin with a start", null);
    }
    Execution execution =
        executor.create(
            context.instanceId(),
            context.executionId(),
            started.name(),
            started.version(),
            context.keyValues());
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

  private Turn run(
      TurnContext context, Execution execution, MessageReceiver received, RefusedAppends refused) {
    execution.refused(refused);
    return executor.run(execution, received, events -> execution.turn(context.fetchedAt(), events));
  }

  private static Failure failure(WorkFailure why) {
    Throwable cause = why.cause();
    return switch (why.reason()) {
      case POISON -> new Failure(Failure.POISON, why.message());
      case REFUSED -> new Failure(Failure.REFUSED, why.message());
      case UNREGISTERED -> new Failure(Failure.UNREGISTERED, why.message());
      case UNREADABLE ->
          new Failure(Failure.UNREADABLE, cause == null ? why.message() : Told.text(cause));
      case MISMATCHED, OUTDATED, CRASHED ->
          Failure.of(cause == null ? new IllegalStateException(why.message()) : cause);
    };
  }
}
