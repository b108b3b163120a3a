// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The span of an attempt of a step, from where it is known that it is to be done until its result
 * is there. It is the context of the step's code. Used by one thread.
 */
final class StepTrace {

  private static final StepTrace NONE = new StepTrace(null);

  private final Tracing.@Nullable Span span;
  private @Nullable String error = "it did not come back";

  private StepTrace(Tracing.@Nullable Span span) {
    this.span = span;
  }

  /** Begins one, as a part of the turn that scheduled the step, if anything is traced. */
  static StepTrace of(
      @Nullable Tracing tracing,
      ActivityDelivery delivery,
      StepTask task,
      StepSummary row,
      String type) {
    if (tracing == null) {
      return NONE;
    }
    Tracing.Span span =
        tracing.begin(
            new Traced.Step(
                type, row.runId(), delivery.task().executionId(), row.stepId(), row.attempt()),
            task.trace());
    MDC.put(Work.MDC_TRACE, span.traceId()); // the thread is the delivery's own
    return new StepTrace(span);
  }

  /** Runs the code in the span, on the thread that this is called on. */
  <T extends @Nullable Object> T within(Callable<T> code) throws Exception {
    if (span == null) {
      return code.call();
    }
    Tracing.Scope scope = span.enter();
    try {
      return code.call();
    } finally {
      scope.close();
    }
  }

  /** Says what came of the attempt. */
  void done(ActivityResult result) {
    if (span != null) {
      error = failure(result);
    }
  }

  private static @Nullable String failure(ActivityResult result) {
    return result instanceof ActivityResult.Done done
            && done.failed()
            && done.changes().getFirst() instanceof StepChange end
        ? end.lastError()
        : null;
  }

  /** Ends it. */
  void close() {
    if (span != null) {
      span.end(error);
    }
  }
}
