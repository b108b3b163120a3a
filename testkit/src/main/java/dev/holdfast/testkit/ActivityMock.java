// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.ActivityFunction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an activity does in a test, in place of its code; made by {@link
 * OrchestrationTest#activity}. Until something is said of it, each call fails and says so. What is
 * said holds for attempts that begin later, and can be changed while the test runs. Thread-safe.
 *
 * <pre>{@code
 * test.activity(CHARGE).failsTimes(2, new IOException("no route")).takes(Duration.ofMinutes(1)).returns(receipt);
 * }</pre>
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class ActivityMock<I extends @Nullable Object, O extends @Nullable Object> {

  private final Activity<I, O> activity;
  private final VirtualTime time;
  private final Queue<ActivityCall<I>> calls = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Exception> failures = new ArrayDeque<>();
  private ActivityFunction<I, O> code;
  private Duration duration = Duration.ZERO;

  ActivityMock(Activity<I, O> activity, VirtualTime time) {
    this.activity = activity;
    this.time = time;
    this.code =
        (context, input) -> {
          throw new AssertionError(
              "the test has not said what the activity \"%s\" does; add returns(...), fails(...) or runs(...)"
                  .formatted(activity.name()));
        };
  }

  /**
   * Has each attempt succeed.
   *
   * @param output its result
   * @return this
   */
  public ActivityMock<I, O> returns(O output) {
    return runs((context, input) -> output);
  }

  /**
   * Has each attempt succeed.
   *
   * @param output makes the result from the input; called on threads of the worker
   * @return this
   */
  public ActivityMock<I, O> answers(Function<? super I, ? extends O> output) {
    Objects.requireNonNull(output, "output");
    return runs((context, input) -> output.apply(input));
  }

  /**
   * Has each attempt run code, such as that of the activity itself. Its time is real time, during
   * which the virtual time stands still.
   *
   * @param function the code; called on threads of the worker
   * @return this
   */
  public ActivityMock<I, O> runs(ActivityFunction<I, O> function) {
    Objects.requireNonNull(function, "function");
    lock.lock();
    try {
      code = function;
      return this;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has each attempt fail.
   *
   * @param error what it throws; {@link dev.holdfast.runtime.ActivityFailure#nonRetryable(String)}
   *     rules out further attempts
   * @return this
   */
  public ActivityMock<I, O> fails(Exception error) {
    Objects.requireNonNull(error, "error");
    return runs((context, input) -> {
      throw error;
    });
  }

  /**
   * Has the next attempts fail, and those behind them do what else is said. Several of these come
   * one after the other.
   *
   * @param times how many attempts, over all calls, from 1
   * @param error what they throw
   * @return this
   * @throws IllegalArgumentException when there are none
   */
  public ActivityMock<I, O> failsTimes(int times, Exception error) {
    Objects.requireNonNull(error, "error");
    if (times < 1) {
      throw new IllegalArgumentException("times is " + times + "; it starts at 1");
    }
    lock.lock();
    try {
      for (int i = 0; i < times; i++) {
        failures.add(error);
      }
      return this;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has each attempt take some virtual time before it succeeds or fails. An activity that is
   * cancelled meanwhile ends at once.
   *
   * @param duration how long; zero unless set
   * @return this
   * @throws IllegalArgumentException when it is negative
   */
  public ActivityMock<I, O> takes(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("the duration is " + duration + "; it starts at zero");
    }
    lock.lock();
    try {
      this.duration = duration;
      return this;
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return the attempts that have begun so far, in the order of their time; at one moment by
   * instance, execution and event}
   */
  public List<ActivityCall<I>> calls() {
    return calls.stream().sorted(ActivityCall.ORDER).toList();
  }

  /** {@return the inputs of the {@linkplain #calls calls}, each once for all of its attempts} */
  public List<I> inputs() {
    return calls().stream()
        .filter(call -> call.attempt() == 1)
        .<I>map(ActivityCall::input)
        .toList();
  }

  Activity<I, O> activity() {
    return activity;
  }

  /** One attempt. */
  O attempt(ActivityContext context, I input) throws Exception {
    String key = context.idempotencyKey();
    calls.add(
        new ActivityCall<>(
            context.name(),
            context.instanceId(),
            context.executionId(),
            Long.parseLong(key.substring(key.lastIndexOf('/') + 1)),
            context.attempt(),
            input,
            time.instant()));
    ActivityFunction<I, O> function;
    @Nullable Exception failure;
    Duration takes;
    lock.lock();
    try {
      function = code;
      failure = failures.poll();
      takes = duration;
    } finally {
      lock.unlock();
    }
    time.sleep(takes);
    if (failure != null) {
      throw failure;
    }
    return function.run(context, input);
  }
}
