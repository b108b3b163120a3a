// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationFunction;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.worker.internal.util.SafeThrowable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of an orchestration from its input to its end. */
final class OrchestrationRunner<I extends @Nullable Object, O extends @Nullable Object>
    implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(OrchestrationRunner.class);

  private final Orchestration<I, O> orchestration;
  private final Json input;
  private final Context context;
  private final Execution execution;

  OrchestrationRunner(
      Orchestration<I, O> orchestration, Json input, Context context, Execution execution) {
    this.orchestration = orchestration;
    this.input = input;
    this.context = context;
    this.execution = execution;
  }

  @Override
  public void run() {
    try {
      Event.Terminal end = runCode();
      Json next = execution.nextInput();
      if (!execution.isGone()) {
        execution.end(next == null ? end : new Event.ContinuedAsNew(next));
      }
    } catch (EvictedError e) {
      LOG.trace("instance {}: the code left its thread", execution.instanceId());
    }
  }

  // Whatever the code throws ends the instance and nothing else, a stack overflow included.
  private Event.Terminal runCode() {
    try {
      OrchestrationFunction<I, O> function = orchestration.function().orElseThrow();
      I decoded = execution.values().<I>decode(input, orchestration.inputType());
      Interceptors around = execution.interceptors();
      O output =
          around.isEmpty()
              ? function.run(context, decoded)
              : around.<O>orchestration(context, () -> function.run(context, decoded));
      return new Event.OrchestrationCompleted(
          execution.admission().admittedOutput(execution.values().encode(output)));
    } catch (EvictedError e) {
      if (execution.nextInput() == null) {
        throw e;
      }
      return new Event.OrchestrationCompleted(Json.NULL);
    } catch (OutOfMemoryError e) {
      throw execution.memoryIsShort(e);
    } catch (Throwable e) {
      return failed(e);
    }
  }

  private Event.Terminal failed(Throwable error) {
    Event.CancelRequested request = execution.cancelRequest();
    if (request != null && isOwnCancellation(error)) {
      Failure cancelled =
          new Failure(OrchestrationCancelledException.class.getName(), request.reason());
      return new Event.OrchestrationFailed(cancelled, true);
    }
    Failure failure = Failure.of(error);
    if (!execution.isGone() && !execution.log().isReplaying()) {
      execution.failed(new CodeFailure(execution.instanceId(), orchestration, failure));
    }
    return new Event.OrchestrationFailed(failure, false);
  }

  private boolean isOwnCancellation(Throwable error) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (at instanceof OrchestrationCancelledException cancelled
          && cancelled.instanceId().equals(execution.instanceId())) {
        return true;
      }
      at = SafeThrowable.cause(at);
    }
    return false;
  }
}
