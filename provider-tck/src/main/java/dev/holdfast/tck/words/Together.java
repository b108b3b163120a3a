// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * The contract's <em>together</em>: threads released by a barrier, without stagger. What a thread
 * throws is thrown again to the caller. Stateless.
 */
public final class Together {

  private static final Duration HANG = Duration.ofMinutes(2);

  /** A thread that hangs must not keep the JVM alive after the run. */
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("together-", 1).factory();

  private Together() {}

  /**
   * Makes several calls together.
   *
   * @param <T> what they answer
   * @param calls the calls, each on a thread of its own
   * @return their answers, in the order of the calls
   */
  public static <T> List<T> run(List<? extends Callable<? extends T>> calls) {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    ExecutorService threads = Executors.newFixedThreadPool(calls.size(), THREADS);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<? extends T> call : calls) {
        running.add(
            threads.submit(() -> {
              barrier.await();
              return call.call();
            }));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> one : running) {
        answers.add(await(one));
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Makes the same call {@code n} times together.
   *
   * @param <T> what it answers
   * @param n how many threads
   * @param call the call, given the number of its thread from 0
   * @return the answers, by number
   */
  public static <T> List<T> times(int n, IntFunction<? extends T> call) {
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int number = i;
      calls.add(() -> call.apply(number));
    }
    return run(calls);
  }

  /**
   * Runs several things together that answer nothing.
   *
   * @param bodies what to run
   */
  public static void all(Runnable... bodies) {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (Runnable body : bodies) {
      calls.add(() -> {
        body.run();
        return true;
      });
    }
    run(calls);
  }

  private static <T> T await(Future<T> running) {
    try {
      return running.get(HANG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw rethrown(e);
    } catch (TimeoutException e) {
      throw Expect.violation("A call does not come back.", "an answer", "none after " + HANG);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while calls were running together", e);
    }
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
}
