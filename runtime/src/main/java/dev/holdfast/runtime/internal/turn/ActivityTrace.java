// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Tracing;
import dev.holdfast.worker.Work;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The span of an attempt of an activity, which is the context of the activity's code. */
final class ActivityTrace {

  private ActivityTrace() {}

  /** Runs the code, in a span if anything is traced. */
  static <T extends @Nullable Object> T run(
      @Nullable Tracing tracing, ActivityRun run, Callable<T> code) throws Exception {
    if (tracing == null) {
      return code.call();
    }
    Tracing.Span span =
        tracing.begin(
            new Tracing.Work(
                Tracing.Operation.ACTIVITY,
                run.name(),
                run.instanceId(),
                run.executionId(),
                run.delivery().task().activityId(),
                run.attempt()),
            run.input().trace());
    MDC.put(Work.MDC_TRACE, span.traceId()); // the thread is the delivery's own
    String error = "it did not come back";
    Tracing.Scope scope = span.enter();
    try {
      T result = code.call();
      error = null;
      return result;
    } catch (Throwable e) {
      error = Failure.of(e).toString();
      throw e;
    } finally {
      scope.close();
      span.end(error);
    }
  }
}
