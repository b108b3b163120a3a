// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.runtime.ActivityFailure;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.RecordedException;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Registry.RegisteredActivity;
import dev.holdfast.runtime.internal.control.Messages;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.internal.util.SafeThrowable;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.WorkerThreads;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs registered activities: decodes their input and makes a message of their result. Thread-safe.
 */
final class ReplayActivityHandler implements ActivityHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayActivityHandler.class);

  private final Registry registry;
  private final PayloadCodec values;
  private final Interceptors interceptors;
  private final @Nullable Tracing tracing;
  private final ProviderInfo store;
  private final WorkerThreads threads = new WorkerThreads();
  private final WatchedCode watched = new WatchedCode(threads);

  ReplayActivityHandler(
      Registry registry,
      PayloadCodec values,
      Interceptors interceptors,
      @Nullable Tracing tracing,
      ProviderInfo store) {
    this.interceptors = interceptors;
    this.tracing = tracing;
    this.registry = registry;
    this.values = values;
    this.store = store;
  }

  @Override
  public Set<String> names() {
    return registry.activities();
  }

  @Override
  public ActivityResult run(ActivityDelivery delivery) {
    String name = delivery.task().name();
    RegisteredActivity<?, ?> activity = registry.activity(name);
    if (activity == null) {
      throw new IllegalArgumentException("no activity \"" + name + "\" is registered here");
    }
    return run(delivery, activity);
  }

  @Override
  public ActivityResult fail(ActivityDelivery delivery, WorkFailure why) {
    String type =
        switch (why.reason()) {
          case POISON -> Failure.POISON;
          case REFUSED -> Failure.REFUSED;
          case UNREADABLE -> Failure.UNREADABLE;
          case UNREGISTERED -> Failure.UNREGISTERED;
          case MISMATCHED, OUTDATED, CRASHED -> why.reason().name();
        };
    return result(delivery, 0, failed(delivery.task(), new Failure(type, why.message()), false));
  }

  /** Makes the result of an attempt, 0 where it is not known which one it was. */
  private static ActivityResult result(ActivityDelivery delivery, int attempt, Message message) {
    return new ActivityResult.Done(
        Messages.answer(delivery.task().instanceId(), message),
        List.of(),
        message instanceof Message.ActivityFailed,
        attempt);
  }

  // Whatever an activity throws is its failure; the orchestration decides what to do about it.
  private <I extends @Nullable Object, O extends @Nullable Object> ActivityResult run(
      ActivityDelivery delivery, RegisteredActivity<I, O> activity) {
    ActivityTask task = delivery.task();
    TaskInput input;
    I decoded;
    try {
      input = Codec.decode("the input of " + work(task), task.input(), TaskInput.class);
      decoded = values.<I>decode(input.input(), activity.activity().inputType());
    } catch (UnreadableException e) {
      LOG.warn("activity {} ({}) has an unreadable input", task.name(), work(task), e);
      return result(
          delivery, 0, failed(task, new Failure(Failure.UNREADABLE, e.getMessage()), false));
    } catch (Throwable e) {
      Failure failure = Failure.of(e);
      LOG.warn("activity {} ({}) cannot read its input", task.name(), work(task), shown(failure));
      return result(delivery, 0, failed(task, failure, false));
    }
    Heartbeat heartbeat = heartbeat(delivery, input);
    ActivityRun context = new ActivityRun(delivery, input, heartbeat, values, store);
    Failure failure;
    boolean retryable = true;
    boolean silent = false;
    try {
      Callable<O> code = () -> activity.function().run(context, decoded);
      O output =
          ActivityTrace.run(
              tracing,
              context,
              interceptors.isEmpty() ? code : () -> interceptors.<O>activity(context, code),
              traced -> call(context, traced));
      Json result = values.encode(output);
      heartbeat.end(false);
      return result(
          delivery,
          input.attempt(),
          new Message.ActivityCompleted(task.executionId(), task.activityId(), result));
    } catch (WatchedCode.SilentException e) {
      String message =
          "attempt %d of activity \"%s\": %s"
              .formatted(input.attempt(), task.name(), e.getMessage());
      failure = new Failure(Failure.HEARTBEAT_TIMEOUT, message);
      silent = true;
    } catch (ActivityFailure e) {
      Throwable behind = SafeThrowable.cause(e);
      failure = Failure.of(behind == null ? e : behind).withMessage(e.getMessage());
      retryable = false;
    } catch (Throwable e) {
      failure = Failure.of(e);
    }
    heartbeat.end(true);
    if (silent ? !delivery.isCancelled() : !context.isCancelled()) {
      logFailure(context, failure, retryable);
    }
    return result(delivery, input.attempt(), failed(task, failure, retryable));
  }

  private <T extends @Nullable Object> T call(ActivityRun run, Callable<T> code) throws Exception {
    Duration limit = run.input().heartbeatTimeout();
    return limit == null
        ? run.delivery().runInterruptibly(code)
        : watched.run(run.delivery(), run.signs(), limit, code);
  }

  private Heartbeat heartbeat(ActivityDelivery delivery, TaskInput input) {
    ActivityTask task = delivery.task();
    HeartbeatRow row =
        store.declares(Feature.CHANGES) && store.declares(Feature.STATE_TABLES)
            ? new HeartbeatRow(
                delivery,
                () -> delivery.capability(StateTables.class).orElseThrow(),
                task.instanceId(),
                task.executionId(),
                input.firstId())
            : null;
    return new Heartbeat(delivery, threads, row);
  }

  private static String work(ActivityTask task) {
    return task.instanceId() + "/" + task.executionId() + "/" + task.activityId();
  }

  /**
   * Logs one line for each failed attempt. The stack is stored with the failure, and logged at
   * level debug.
   */
  private static void logFailure(ActivityRun run, Failure failure, boolean retryable) {
    LOG.warn(
        "activity \"{}\" failed at attempt {}{} (idempotency key {}): {}",
        run.name(),
        run.attempt(),
        whatNext(run.input(), failure, retryable),
        run.idempotencyKey(),
        Texts.oneLine(failure.toString()));
    if (LOG.isDebugEnabled()) {
      LOG.debug("activity \"{}\" ({})", run.name(), run.idempotencyKey(), shown(failure));
    }
  }

  private static String whatNext(TaskInput input, Failure failure, boolean retryable) {
    TaskInput.Next next = input.next();
    if (next == null) {
      boolean unknown = Boolean.TRUE.equals(input.retried());
      return unknown ? ", which a retry of its instance had asked for" : ", the last one";
    }
    return retryable && next.follows(failure)
        ? " of %d, next try after %s%s"
            .formatted(
                next.attempts(),
                next.delay(),
                next.isConditional() ? " if the policy allows it" : "")
        : " of %d, not to be tried again".formatted(next.attempts());
  }

  private static RecordedException shown(Failure failure) {
    return new RecordedException(failure);
  }

  private static Message failed(ActivityTask task, Failure failure, boolean retryable) {
    return new Message.ActivityFailed(task.executionId(), task.activityId(), failure, retryable);
  }
}
