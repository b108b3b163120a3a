// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.TaskInput;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of an activity over all its attempts. */
final class ActivityCall<O extends @Nullable Object> implements PendingRequest {

  /**
   * The most characters of the names of exceptions, which are stored beside an input for the log.
   */
  private static final int MOST_NAMES = 4_000;

  private final PendingRequests work;
  private final PayloadCodec values;
  private final Activity<?, O> activity;
  private final Json input;
  private final ActivityOptions options;
  private final RetryPolicy retry;
  private final Promise<O> promise;
  private int attempt = 1;
  private @Nullable Long firstId;
  private long waitingFor;
  private boolean backingOff;

  ActivityCall(
      ExecutionScope gate,
      PendingRequests work,
      PayloadCodec values,
      Activity<?, O> activity,
      Json input,
      ActivityOptions options) {
    this.work = work;
    this.values = values;
    this.activity = activity;
    this.input = input;
    this.options = options;
    this.retry = options.retry();
    this.promise = new Promise<>(gate, this::takeBack);
  }

  DurableFuture<O> schedule() {
    waitingFor =
        work.ask(
                new Event.ActivityScheduled(
                    activity.name(), input, attempt, firstId, options.tag(), options.session()),
                this)
            .id();
    if (firstId == null) {
      firstId = waitingFor;
    }
    return promise;
  }

  boolean isBackingOff() {
    return backingOff;
  }

  @Override
  public void on(Event.Received answer) {
    switch (answer) {
      case Event.ActivityCompleted completed ->
          promise.settle(() -> values.<O>decode(completed.result(), activity.outputType()));
      case Event.ActivityFailed failed when mayTryAgain(failed) -> backOff();
      case Event.ActivityFailed failed -> fail(failed.failure());
      case Event.TimerFired fired -> {
        backingOff = false;
        attempt++;
        schedule();
      }
      default -> throw new IllegalStateException(answer.kind() + " does not answer an activity");
    }
  }

  @Override
  public void onCancelRequested() {
    takeBack();
    promise.settleCancelled();
  }

  private boolean mayTryAgain(Event.ActivityFailed failed) {
    return failed.retryable()
        && attempt < retry.maxAttempts()
        && !failed.failure().isOneOf(retry.nonRetryableErrors());
  }

  /**
   * {@return what happens when the attempt that is under way fails; null when it is the last one}
   */
  TaskInput.@Nullable Next next() {
    if (attempt >= retry.maxAttempts()) {
      return null;
    }
    Set<String> except = retry.nonRetryableErrors();
    boolean fits = except.stream().mapToInt(String::length).sum() <= MOST_NAMES;
    return new TaskInput.Next(
        retry.maxAttempts(), retry.delayAfter(attempt), fits && !except.isEmpty() ? except : null);
  }

  private void backOff() {
    Instant fireAt = Moments.after(work.log().now(), retry.delayAfter(attempt));
    waitingFor = work.ask(new Event.TimerCreated(fireAt), this).id();
    backingOff = true;
  }

  private void fail(Failure failure) {
    int attempts = attempt;
    promise.fail(() -> new ActivityFailedException(activity.name(), failure, attempts));
  }

  private void takeBack() {
    work.takeBack(
        waitingFor,
        backingOff
            ? new Event.TimerCancelled(waitingFor)
            : new Event.ActivityCancelled(waitingFor));
  }
}
