// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The span of a turn. It ends when the turn is stored; one that is not stored has never been. Not
 * thread-safe.
 */
final class TurnTrace {

  /** Of turns that nobody traces. */
  static final TurnTrace NONE = new TurnTrace(null, null);

  private final @Nullable Tracing tracing;
  private final Tracing.@Nullable Span span;
  private final List<Tracing.Span> appends = new ArrayList<>();
  private boolean over;

  private TurnTrace(@Nullable Tracing tracing, Tracing.@Nullable Span span) {
    this.tracing = tracing;
    this.span = span;
  }

  /** Begins one, as a part of what the execution was started by. */
  static TurnTrace of(
      @Nullable Tracing tracing, Execution execution, List<Event.Received> received) {
    if (tracing == null || (received.isEmpty() && !execution.isHeld())) {
      return NONE;
    }
    String parent =
        !received.isEmpty() && received.getFirst() instanceof Event.OrchestrationStarted started
            ? started.trace()
            : execution.trace();
    return new TurnTrace(
        tracing,
        tracing.begin(
            new Traced.Turn(
                execution.orchestration().name(), execution.instanceId(), execution.executionId()),
            parent));
  }

  /** {@return what is sent along, null for nothing} */
  @Nullable String context() {
    return span == null ? null : span.context();
  }

  /**
   * Begins a span for an append, and has its events say so, where nothing is said about them yet.
   * What the code has said itself is not read, and stays as it is.
   */
  AppendEvents appending(AppendEvents append) {
    if (tracing == null || span == null) {
      return append;
    }
    StreamId stream = append.stream();
    Tracing.Span own =
        tracing.begin(new Traced.Append(stream.category(), stream.id()), span.context());
    appends.add(own);
    Payload metadata = Codec.encode(Map.of(Tracing.METADATA, own.context()));
    return new AppendEvents(
        stream,
        append.expected(),
        append.events().stream()
            .map(event -> event.metadata() == null ? with(event, metadata) : event)
            .toList(),
        append.key());
  }

  private static NewEvent with(NewEvent event, Payload metadata) {
    return new NewEvent(
        event.eventId(),
        event.type(),
        event.schemaVersion(),
        event.data(),
        metadata,
        event.correlationId(),
        event.causationId(),
        event.tags());
  }

  /** Runs the code, which finds the trace in its MDC. */
  <T> T during(Supplier<T> code) {
    if (span == null) {
      return code.get();
    }
    // The thread may be that of an activity, or of a caller who starts an instance.
    String before = MDC.get(Work.MDC_TRACE);
    MDC.put(Work.MDC_TRACE, span.traceId());
    try {
      return code.get();
    } finally {
      if (before == null) {
        MDC.remove(Work.MDC_TRACE);
      } else {
        MDC.put(Work.MDC_TRACE, before);
      }
    }
  }

  /** Ends it: the turn is stored. */
  void stored(@Nullable String error) {
    if (span != null && !over) {
      over = true;
      appends.forEach(append -> append.end(null));
      span.end(error);
    }
  }

  /** Forgets it, if it has not ended. */
  void close() {
    if (span != null && !over) {
      over = true;
      appends.forEach(Tracing.Span::discard);
      span.discard();
    }
  }
}
