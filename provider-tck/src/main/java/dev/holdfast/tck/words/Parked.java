// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A call that waits on a thread of its own, such as a fetch without work. Its duration is measured
 * from the call on. Closing it interrupts the thread. Thread-safe.
 *
 * @param <T> what it answers
 */
public final class Parked<T> implements AutoCloseable {

  private static final Duration HANG = Duration.ofMinutes(2);

  private final FutureTask<T> task;
  private final Thread thread;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean interruptedAtEnd = new AtomicBoolean();
  private volatile long beganAt;
  private volatile long endedAt;

  private Parked(Supplier<T> call) {
    task =
        new FutureTask<>(() -> {
          beganAt = System.nanoTime();
          begun.countDown();
          try {
            return call.get();
          } finally {
            endedAt = System.nanoTime();
            interruptedAtEnd.set(Thread.currentThread().isInterrupted());
          }
        });
    thread = Thread.ofPlatform().daemon().unstarted(task);
  }

  /**
   * Makes a call on a new thread, and comes back when it has had time to begin waiting.
   *
   * @param <T> what it answers
   * @param pace the durations of this run
   * @param call the call
   * @return the waiting call
   */
  public static <T> Parked<T> call(Pace pace, Supplier<T> call) {
    Parked<T> parked = beginning(call);
    // Whether it waits already shows as the state of its thread, except where it waits in the
    // store.
    Waiting.until(parked::waits, pace.prompt().dividedBy(2));
    return parked;
  }

  /**
   * Makes a call on a new thread, and comes back when it is just beginning.
   *
   * @param <T> what it answers
   * @param call the call
   * @return the call
   */
  public static <T> Parked<T> beginning(Supplier<T> call) {
    Parked<T> parked = new Parked<>(call);
    parked.thread.start();
    try {
      parked.begun.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was beginning", e);
    }
    return parked;
  }

  private boolean waits() {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, TERMINATED -> true;
      default -> false;
    };
  }

  /** Interrupts the waiting thread. */
  public void interrupt() {
    thread.interrupt();
  }

  /**
   * Whether the thread's interrupt flag was set when the call had ended.
   *
   * @return true when it was
   */
  public boolean wasInterruptedAtEnd() {
    return interruptedAtEnd.get();
  }

  /**
   * Whether the call has ended.
   *
   * @return true when it has
   */
  public boolean isDone() {
    return task.isDone();
  }

  /**
   * The answer of the call.
   *
   * @return the answer, once it is there
   */
  public T answer() {
    return within("A waiting call does not come back.", HANG);
  }

  /**
   * The answer of the call, which must come within a time from now.
   *
   * @param what what happened when it does not
   * @param limit how long it may take from now
   * @return the answer
   */
  public T within(String what, Duration limit) {
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Expect.violation(what, "an answer within " + limit, "none yet");
    } catch (ExecutionException e) {
      throw rethrown(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was waiting", e);
    }
  }

  /**
   * How long the call took.
   *
   * @return the duration, once it has ended
   */
  public Duration took() {
    return Duration.ofNanos(endedAt - beganAt);
  }

  private static RuntimeException rethrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    if (e.getCause() instanceof RuntimeException exception) {
      throw exception;
    }
    return new IllegalStateException(e.getCause());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
