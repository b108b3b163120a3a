// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.ActivityFailure;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.RecordedException;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Registry.RegisteredActivity;
import dev.holdfast.worker.internal.util.SafeThrowable;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.runtime.internal.Values;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.runtime.internal.event.UnreadableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes one item of the worker queue: runs the activity and acks what came of it. */
final class ActivityProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(ActivityProcessor.class);

  private final StoreCalls calls;
  private final Claims claims;
  private final Registry registry;
  private final Settings settings;
  private final Values values;

  ActivityProcessor(StoreCalls calls, Claims claims, Registry registry, Settings settings) {
    this.calls = calls;
    this.claims = claims;
    this.registry = registry;
    this.settings = settings;
    this.values = new Values(settings.converter());
  }

  /** Processes an item to its end. Whatever goes wrong concerns this activity and nothing else. */
  void process(ActivityItem item, Lease lease) {
    try {
      attempt(item, lease);
    } catch (Throwable e) {
      LOG.error("activity {} cannot be processed", lease.work(), shown(Failure.of(e)));
      calls.abandon(lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())));
    }
  }

  private void attempt(ActivityItem item, Lease lease) {
    RegisteredActivity<?, ?> activity = registry.activity(item.task().name());
    if (item.attemptCount() > settings.maxDeliveries()) {
      String message = "delivered %d times without an answer".formatted(item.attemptCount() - 1);
      answer(item, lease, failed(item, new Failure(Failure.POISON, message), false));
    } else if (activity != null) {
      Message result = run(item, lease, activity);
      if (lease.isOver()) {
        LOG.debug("activity {}: the result is not wanted any more", lease.work());
      } else {
        answer(item, lease, result);
      }
    } else if (item.attemptCount() < settings.maxDeliveries()) {
      LOG.warn(
          "delivery {} of {}: no activity \"{}\" is registered here",
          item.attemptCount(),
          lease.work(),
          item.task().name());
      calls.abandon(lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())));
    } else {
      String message = "no activity \"%s\" is registered".formatted(item.task().name());
      answer(item, lease, failed(item, new Failure(Failure.UNREGISTERED, message), false));
    }
  }

  // Whatever an activity throws is its failure; the orchestration decides what becomes of it.
  private <I extends @Nullable Object, O extends @Nullable Object> Message run(
      ActivityItem item, Lease lease, RegisteredActivity<I, O> activity) {
    ActivityTask task = item.task();
    TaskInput input;
    I decoded;
    try {
      input = Codec.decode("the input of " + lease.work(), task.input(), TaskInput.class);
      decoded = values.<I>decode(input.input(), activity.activity().inputType());
    } catch (UnreadableException e) {
      LOG.warn("activity {} ({}) has an unreadable input", task.name(), lease.work(), e);
      return failed(item, new Failure(Failure.UNREADABLE, e.getMessage()), false);
    } catch (Throwable e) {
      Failure failure = Failure.of(e);
      LOG.warn("activity {} ({}) cannot read its input", task.name(), lease.work(), shown(failure));
      return failed(item, failure, false);
    }
    ActivityRun context = new ActivityRun(item, input, lease);
    Failure failure;
    boolean retryable = true;
    try {
      O output = lease.runInterruptibly(() -> activity.function().run(context, decoded));
      Json result = values.encode(output);
      return new Message.ActivityCompleted(task.executionId(), task.activityId(), result);
    } catch (ActivityFailure e) {
      Throwable behind = SafeThrowable.cause(e);
      failure = Failure.of(behind == null ? e : behind).withMessage(e.getMessage());
      retryable = false;
    } catch (Throwable e) {
      failure = Failure.of(e);
    }
    if (!lease.isOver()) {
      logFailure(context, failure, retryable);
    }
    return failed(item, failure, retryable);
  }

  /** One line for each attempt; the stack is stored with the failure, and logged for who looks. */
  private static void logFailure(ActivityRun run, Failure failure, boolean retryable) {
    LOG.warn(
        "activity \"{}\" failed at attempt {}{} (idempotency key {}): {}",
        run.name(),
        run.attempt(),
        whatNext(run.input().next(), failure, retryable),
        run.idempotencyKey(),
        Texts.oneLine(failure.toString()));
    if (LOG.isDebugEnabled()) {
      LOG.debug("activity \"{}\" ({})", run.name(), run.idempotencyKey(), shown(failure));
    }
  }

  private static String whatNext(
      TaskInput.@Nullable Next next, Failure failure, boolean retryable) {
    if (next == null) {
      return ", the last one";
    }
    return retryable && next.follows(failure)
        ? " of %d, next try after %s".formatted(next.attempts(), next.delay())
        : " of %d, not to be tried again".formatted(next.attempts());
  }

  private static RecordedException shown(Failure failure) {
    return new RecordedException(failure);
  }

  private void answer(ActivityItem item, Lease lease, Message result) {
    AckResult ack = send(item, lease, result);
    if (ack instanceof AckResult.Rejected(ProviderError.InvalidRequest refused)
        && !lease.isOver()
        && result instanceof Message.ActivityCompleted) {
      String message = "the store refused the result: " + refused.getMessage();
      ack = send(item, lease, failed(item, new Failure(Failure.REFUSED, message), false));
    }
    switch (ack) {
      case AckResult.Rejected(ProviderError.LockLost lost) ->
          LOG.info("activity {}: the result is dropped: {}", lease.work(), lost.getMessage());
      case AckResult.Rejected(var error) -> {
        if (!lease.isOver()) {
          LOG.error("activity {}: the result was rejected", lease.work(), error);
        }
        calls.abandon(
            lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())).uncounted());
      }
      case AckResult.Applied applied -> LOG.trace("activity {} is done", lease.work());
      case AckResult.AlreadyApplied already -> LOG.trace("activity {} is done", lease.work());
    }
  }

  private AckResult send(ActivityItem item, Lease lease, Message result) {
    ActivityAck ack =
        ActivityAck.of(lease.token(), Messages.answer(item.task().instanceId(), result));
    try (Reservation<OrchestrationItem> next = claims.of(item.task())) {
      return calls.ackActivity(lease, ack, next);
    }
  }

  private static Message failed(ActivityItem item, Failure failure, boolean retryable) {
    return new Message.ActivityFailed(
        item.task().executionId(), item.task().activityId(), failure, retryable);
  }
}
