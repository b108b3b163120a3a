// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls of one test, numbered in the order in which they began, without contents of payloads.
 * Keeps the last ones. Thread-safe.
 */
public final class CallLog {

  private static final int KEPT = 200;
  private static final int SHOWN = 25;

  private final Deque<String> lines = new ArrayDeque<>();
  private long begun;
  private Duration slowest = Duration.ZERO;

  /** Creates an empty log. */
  CallLog() {}

  /**
   * Makes a call and notes it with its outcome.
   *
   * @param <T> what it answers
   * @param call the call in words, such as {@code A.fetchOrchestrationItems(max=1)}
   * @param mayTake how long it may take because it was asked to wait
   * @param body the call
   * @param show how to show the answer
   * @return the answer
   */
  <T> T record(String call, Duration mayTake, Supplier<T> body, Function<T, String> show) {
    long number = next();
    long start = System.nanoTime();
    try {
      T answer = body.get();
      done(number, call + " -> " + show.apply(answer), start, mayTake);
      return answer;
    } catch (RuntimeException | Error thrown) {
      done(number, call + " threw " + name(thrown), start, mayTake);
      throw thrown;
    }
  }

  /**
   * Notes something that is not a call of the provider, such as a move of the clock.
   *
   * @param line what happened
   */
  void note(String line) {
    done(next(), line, System.nanoTime(), Duration.ZERO);
  }

  /**
   * The longest time that a call took beyond what it was asked to wait.
   *
   * @return the duration
   */
  synchronized Duration slowest() {
    return slowest;
  }

  /**
   * The last calls, oldest first, one per line.
   *
   * @return the text
   */
  public synchronized String text() {
    if (lines.isEmpty()) {
      return "(none)";
    }
    long hidden = Math.max(0, lines.size() - SHOWN);
    StringBuilder text = new StringBuilder();
    if (begun > SHOWN) {
      text.append("(").append(begun - (lines.size() - hidden)).append(" calls before)\n");
    }
    lines.stream().skip(hidden).forEach(line -> text.append(line).append('\n'));
    return text.toString().stripTrailing();
  }

  private synchronized long next() {
    return ++begun;
  }

  private synchronized void done(long number, String line, long start, Duration mayTake) {
    Duration took = Duration.ofNanos(System.nanoTime() - start).minus(mayTake);
    if (took.compareTo(slowest) > 0) {
      slowest = took;
    }
    lines.addLast("#" + number + " " + line);
    if (lines.size() > KEPT) {
      lines.removeFirst();
    }
  }

  private static String name(Throwable thrown) {
    return thrown instanceof ProviderError
        ? thrown.getClass().getSimpleName()
        : thrown.getClass().getName();
  }
}
