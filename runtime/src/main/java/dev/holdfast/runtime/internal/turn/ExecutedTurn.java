// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.control.InstanceLog;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.RefusedAppends;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import org.jspecify.annotations.Nullable;

/**
 * A turn in which code has run. Its execution is offered to the cache before the turn is stored and
 * parked when it is; what is not parked is unwound.
 */
final class ExecutedTurn implements Turn {

  private static final String STARTED = Event.OrchestrationStarted.class.getSimpleName();
  private static final String RESUMED = Event.Resumed.class.getSimpleName();
  private static final String APPENDED = Event.EventsAppended.class.getSimpleName();

  private final Execution execution;
  private final TurnOutput output;
  private final CompletionSignals signals;
  private final BlockedTurns blocked;
  private final LongHistories histories;
  private final CodeElsewhere elsewhere;
  private final TurnTrace trace;
  private final ExecutionCache.@Nullable Offer offer;

  ExecutedTurn(
      Execution execution,
      TurnOutput output,
      ExecutionCache cache,
      CompletionSignals signals,
      BlockedTurns blocked,
      LongHistories histories,
      CodeElsewhere elsewhere,
      TurnTrace trace) {
    this.execution = execution;
    this.output = output;
    this.signals = signals;
    this.blocked = blocked;
    this.histories = histories;
    this.elsewhere = elsewhere;
    this.trace = trace;
    this.offer = execution.terminal() == null ? cache.offer(execution) : null;
  }

  @Override
  public TurnResult result() {
    return new TurnResult.Ack(output);
  }

  /**
   * {@return which appends were refused, for running it again: those that its code was told of, and
   * one more}
   */
  RefusedAppends refused(VersionConflict why) {
    Integer index = why.changeIndex();
    if (index == null) {
      return execution.refused();
    }
    // Each change is an append, and each append has an event.
    long eventId =
        output.historyDelta().stream()
            .filter(event -> event.kind().equals(APPENDED))
            .skip(index)
            .findFirst()
            .orElseThrow()
            .eventId();
    return execution.refused().with(eventId, why);
  }

  @Override
  public void applied(TurnOutput stored) {
    execution.tellFailure();
    histories.stored(execution, stored);
    elsewhere.stored(stored);
    if (!(stored.metadata().customStatus() instanceof CustomStatusChange.Keep)) {
      signals.statuses().changed(execution.instanceId());
    }
    log(stored);
    // Behind what the engine has to remember: whoever traces may throw.
    trace.stored(
        execution.terminal() instanceof Event.OrchestrationFailed failed
            ? failed.failure().toString()
            : null);
    if (offer != null) {
      offer.stored(); // and others go on with the execution
    } else {
      tellEnd(stored);
    }
  }

  private void log(TurnOutput stored) {
    String id = execution.instanceId();
    String name = execution.orchestration().name();
    if (!stored.historyDelta().isEmpty()) {
      String first = stored.historyDelta().getFirst().kind();
      if (first.equals(STARTED)) {
        InstanceLog.started(id, execution.executionId(), name);
      } else if (first.equals(RESUMED)) {
        InstanceLog.resumed(id, execution.executionId(), name);
      }
    }
    Event.Terminal end = offer == null ? execution.terminal() : null;
    if (end != null) {
      InstanceLog.ended(id, execution.executionId(), name, end);
    }
  }

  private void tellEnd(TurnOutput stored) {
    if (!(execution.terminal() instanceof Event.ContinuedAsNew)) {
      signals.ended(
          execution.instanceId(),
          new CompletionSignals.Ended(
              execution.executionId(),
              execution.orchestration().name(),
              stored.historyDelta().getLast()));
    }
  }

  @Override
  public void close() {
    trace.close();
    try {
      if (offer != null) {
        offer.close();
      } else {
        execution.unwind();
      }
    } finally {
      blocked.ended();
    }
  }
}
