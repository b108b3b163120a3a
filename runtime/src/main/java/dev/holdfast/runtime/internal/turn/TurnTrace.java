// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.Tracing;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.worker.Work;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The span of a turn. It ends when the turn is stored; one that is not stored has never been. Not
 * thread-safe.
 */
final class TurnTrace {

  /** Of turns that nobody traces. */
  static final TurnTrace NONE = new TurnTrace(null);

  private final Tracing.@Nullable Span span;
  private boolean over;

  private TurnTrace(Tracing.@Nullable Span span) {
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
        tracing.begin(
            new Tracing.Work(
                Tracing.Operation.TURN,
                execution.orchestration().name(),
                execution.instanceId(),
                execution.executionId(),
                null,
                0),
            parent));
  }

  /** {@return what is sent along, null for nothing} */
  @Nullable String context() {
    return span == null ? null : span.context();
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
      span.end(error);
    }
  }

  /** Forgets it, if it has not ended. */
  void close() {
    if (span != null && !over) {
      over = true;
      span.discard();
    }
  }
}
