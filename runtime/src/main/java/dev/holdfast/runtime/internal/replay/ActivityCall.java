// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.TaskInput;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
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
  private @Nullable HistoryEntry scheduled;
  private Instant firstAt = Instant.EPOCH;
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
    if (firstId == null) {
      firstAt = work.log().now();
    }
    scheduled =
        work.ask(
            new Event.ActivityScheduled(
                activity.name(),
                input,
                attempt,
                firstId,
                options.tag(),
                options.session(),
                deadline(),
                options.heartbeatTimeout()),
            this);
    waitingFor = scheduled.id();
    if (firstId == null) {
      firstId = waitingFor;
    }
    return promise;
  }

  /** {@return when the attempt that begins now is over, null for never} */
  private @Nullable Instant deadline() {
    Duration each = options.attemptTimeout();
    Duration all = options.timeout();
    Instant attemptEnd = each == null ? null : Moments.after(work.log().now(), each);
    Instant callEnd = all == null ? null : Moments.after(firstAt, all);
    if (attemptEnd == null || callEnd == null) {
      return attemptEnd == null ? callEnd : attemptEnd;
    }
    return attemptEnd.isBefore(callEnd) ? attemptEnd : callEnd;
  }

  boolean isBackingOff() {
    return backingOff;
  }

  @Override
  public void on(Event.Received answer) {
    switch (answer) {
      case Event.ActivityCompleted completed ->
          promise.settle(() -> values.<O>decode(completed.result(), activity.outputType()));
      case Event.ActivityFailed failed -> failed(failed.failure(), failed.retryable());
      case Event.TimerFired fired when !backingOff -> timedOut();
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

  /** The attempt is over: its worker is told, and no result of it counts any more. */
  private void timedOut() {
    work.log().issue(new Event.ActivityCancelled(waitingFor));
    String message = "attempt %d of activity \"%s\" did not end in time";
    HistoryEntry asked = scheduled;
    if (asked != null && asked.event() instanceof Event.ActivityScheduled recorded) {
      Instant deadline = recorded.deadline();
      if (deadline != null) { // a moment is rounded up to microseconds
        Duration time = Duration.between(asked.at(), deadline).truncatedTo(ChronoUnit.MICROS);
        message += " (" + time + ")";
      }
    }
    failed(new Failure(Failure.TIMEOUT, message.formatted(attempt, activity.name())), true);
  }

  private void failed(Failure failure, boolean retryable) {
    boolean again;
    try {
      again = retryable && attempt < retry.maxAttempts() && retry.retries(failure) && isInTime();
    } catch (RuntimeException e) {
      // The predicate is code of the orchestration; what it throws belongs there.
      promise.fail(() ->
          new IllegalStateException(
              "the retry policy of activity \"%s\" could not tell whether to try again after %s"
                  .formatted(activity.name(), failure),
              e));
      return;
    }
    if (again) {
      backOff();
    } else {
      fail(failure);
    }
  }

  /** {@return whether the next attempt would begin within the time for all of them} */
  private boolean isInTime() {
    return isWithin(retry.totalTime()) && isWithin(options.timeout());
  }

  private boolean isWithin(@Nullable Duration time) {
    return time == null || nextAt().isBefore(Moments.after(firstAt, time));
  }

  private Duration delay() {
    return retry.delayAfter(attempt, work.key(Objects.requireNonNull(firstId, "firstId")));
  }

  private Instant nextAt() {
    return Moments.after(work.log().now(), delay());
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
        retry.maxAttempts(),
        delay(),
        fits && !except.isEmpty() ? except : null,
        mayEndSooner() ? true : null);
  }

  /** {@return how long the code of an attempt may be silent, null for any time} */
  @Nullable Duration heartbeatTimeout() {
    return options.heartbeatTimeout();
  }

  private boolean mayEndSooner() {
    return retry.nonRetryableWhen() != null
        || retry.totalTime() != null
        || options.timeout() != null;
  }

  private void backOff() {
    waitingFor = work.ask(new Event.TimerCreated(nextAt()), this).id();
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
