// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.Failure;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The span of an attempt of an activity, which is the context of the activity's code. */
final class ActivityTrace {

  /** Has code run, on whichever thread; may come back before the code does. */
  interface Caller<T extends @Nullable Object> {
    T call(Callable<T> code) throws Exception;
  }

  private ActivityTrace() {}

  /**
   * Has the code called, in a span if anything is traced.
   *
   * @param caller calls the code; the span ends when it comes back
   */
  static <T extends @Nullable Object> T run(
      @Nullable Tracing tracing, ActivityRun run, Callable<T> code, Caller<T> caller)
      throws Exception {
    if (tracing == null) {
      return caller.call(code);
    }
    Tracing.Span span =
        tracing.begin(
            new Traced.Attempt(
                run.name(),
                run.instanceId(),
                run.executionId(),
                run.delivery().task().activityId(),
                run.attempt()),
            run.input().trace());
    MDC.put(Work.MDC_TRACE, span.traceId()); // the thread is the delivery's own
    String error = "it did not come back";
    try {
      T result = caller.call(() -> within(span, code));
      error = null;
      return result;
    } catch (Throwable e) {
      error = Failure.of(e).toString();
      throw e;
    } finally {
      span.end(error);
    }
  }

  private static <T extends @Nullable Object> T within(Tracing.Span span, Callable<T> code)
      throws Exception {
    Tracing.Scope scope = span.enter();
    try {
      return code.call();
    } finally {
      scope.close();
    }
  }
}
