// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.runtime.Interceptor.InterceptedTurn;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.control.Messages;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.Host;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates executions, runs them with the events of the messages, and makes turns of the new events.
 * Thread-safe.
 */
final class TurnExecutor {

  private final Provider provider;
  private final Registry registry;
  private final Host host;
  private final ExecutionCache cache;
  private final BlockedTurns blocked;
  private final CompletionSignals signals;
  private final LongHistories histories;
  private final CodeElsewhere elsewhere;
  private final @Nullable RuntimeVersion pin;
  private final @Nullable Tracing tracing;

  TurnExecutor(
      Provider provider,
      Registry registry,
      Host host,
      ExecutionCache cache,
      BlockedTurns blocked,
      CompletionSignals signals,
      LongHistories histories,
      @Nullable RuntimeVersion pin,
      @Nullable Tracing tracing) {
    this.provider = provider;
    this.registry = registry;
    this.host = host;
    this.cache = cache;
    this.blocked = blocked;
    this.signals = signals;
    this.histories = histories;
    this.elsewhere = new CodeElsewhere(registry);
    this.pin = pin;
    this.tracing = tracing;
  }

  /**
   * Creates an execution of which nothing is known yet.
   *
   * @param keyValues what the executions before it have left
   * @throws UnregisteredException when its code is not here
   */
  Execution create(
      String instanceId,
      long executionId,
      String name,
      @Nullable String version,
      Map<String, KeyValue> keyValues) {
    Orchestration<?, ?> orchestration = registry.orchestration(name, version);
    if (orchestration == null) {
      throw new UnregisteredException(
          "no orchestration \"%s\"%s is registered here"
              .formatted(name, version == null ? "" : " of version \"" + version + "\""));
    }
    return new Execution(
        instanceId,
        executionId,
        orchestration,
        host,
        keyValues,
        (earlier, after, limit) -> provider.readHistory(instanceId, earlier, after, limit));
  }

  /**
   * Runs an execution. It belongs to the turn from now on, and is unwound when there is none.
   *
   * @param step runs it with the events, and returns what is new
   * @throws RefusedException when what the code asked for cannot be stored
   */
  ExecutedTurn run(
      Execution execution,
      MessageReceiver received,
      Function<List<Event.Received>, List<HistoryEntry>> step) {
    boolean handedOn = false;
    TurnTrace trace = TurnTrace.NONE;
    try {
      trace = TurnTrace.of(tracing, execution, received.events());
      List<HistoryEntry> delta =
          received.events().isEmpty() && !execution.isHeld()
              ? List.of()
              : trace.during(() -> around(execution, () -> step.apply(received.events())));
      List<OrchestratorMessage> others = new ArrayList<>(received.replies());
      Event.Terminal terminal = execution.terminal();
      if (terminal instanceof Event.ContinuedAsNew && execution.canBeCancelled()) {
        // A request that came after the end of this execution is meant for the next one.
        received
            .cancelReason()
            .ifPresent(reason -> others.add(Messages.cancel(execution.instanceId(), reason)));
      }
      ExecutedTurn turn =
          new ExecutedTurn(
              execution,
              output(execution, delta, others, trace),
              cache,
              signals,
              blocked,
              histories,
              elsewhere,
              trace);
      handedOn = true;
      return turn;
    } finally {
      if (!handedOn) {
        trace.close();
        execution.unwind();
      }
    }
  }

  private static List<HistoryEntry> around(Execution execution, Supplier<List<HistoryEntry>> turn) {
    Interceptors interceptors = execution.interceptors();
    if (interceptors.isEmpty()) {
      return turn.get();
    }
    AtomicReference<@Nullable List<HistoryEntry>> delta = new AtomicReference<>();
    InterceptedTurn what =
        new InterceptedTurn(
            execution.instanceId(), execution.executionId(), execution.orchestration().name());
    interceptors.turn(what, () -> delta.set(turn.get()));
    List<HistoryEntry> events = delta.get();
    if (events == null) {
      throw new IllegalStateException("an interceptor has not run the turn");
    }
    return events;
  }

  private TurnOutput output(
      Execution execution,
      List<HistoryEntry> delta,
      List<OrchestratorMessage> others,
      TurnTrace trace) {
    try {
      return TurnAck.of(execution, delta, others, pin, trace);
    } catch (ProviderError.InvalidRequest | ProviderError.NotSupported e) {
      throw new RefusedException(e);
    }
  }
}
