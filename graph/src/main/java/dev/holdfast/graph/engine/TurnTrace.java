// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The span of a turn. It ends when the turn is stored; one that is not stored has never been. Not
 * thread-safe.
 */
final class TurnTrace {

  private static final TurnTrace NONE = new TurnTrace(null);

  private final Tracing.@Nullable Span span;
  private boolean over;

  private TurnTrace(Tracing.@Nullable Span span) {
    this.span = span;
  }

  /**
   * Begins one, as a part of what the run was started by; none for an instance without a run.
   *
   * @param tracing what traces; null for nothing
   * @param run the run's row, null when it has none yet
   */
  static TurnTrace of(
      @Nullable Tracing tracing, TurnContext context, List<RunMessage> asked, @Nullable Run run) {
    String name = context.name();
    if (tracing == null || name == null) {
      return NONE;
    }
    String parent = null;
    if (run != null) {
      parent = RunData.of(run).trace();
    } else if (RunMessage.first(asked, RunMessage.Start.class) instanceof RunMessage.Start start) {
      parent = start.trace();
    } else {
      return NONE;
    }
    return new TurnTrace(
        tracing.begin(new Traced.Turn(name, context.instanceId(), context.executionId()), parent));
  }

  /** {@return what travels with the activities of the turn, null for nothing} */
  @Nullable String context() {
    return span == null ? null : span.context();
  }

  /** Computes the turn, and has the log say in which trace. */
  TurnOutput during(Supplier<TurnOutput> turn) {
    if (span == null) {
      return turn.get();
    }
    // The thread may be that of a step, or of a caller who starts a run.
    String before = MDC.get(Work.MDC_TRACE);
    MDC.put(Work.MDC_TRACE, span.traceId());
    boolean computed = false;
    try {
      TurnOutput output = turn.get();
      computed = true;
      return output;
    } finally {
      if (before == null) {
        MDC.remove(Work.MDC_TRACE);
      } else {
        MDC.put(Work.MDC_TRACE, before);
      }
      if (!computed) {
        close();
      }
    }
  }

  /** Ends it: the turn is stored. */
  void stored(TurnOutput output) {
    if (span != null && !over) {
      over = true;
      span.end(failure(output.changes()));
    }
  }

  private static @Nullable String failure(List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof RunChange run && run.status() == RunStatus.FAILED) {
        return String.valueOf(run.lastError());
      }
    }
    return null;
  }

  /** Forgets it, if it has not ended. */
  void close() {
    if (span != null && !over) {
      over = true;
      span.discard();
    }
  }
}
