// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.report.Legible;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls of one test, numbered in the order in which they began, without contents of payloads.
 * Keeps the last ones. Thread-safe.
 */
public final class CallLog {

  private static final int KEPT = 200;
  private static final int SHOWN = 25;

  /** How long a call and its answer may be, each for itself. */
  private static final int WIDTH = 200;

  private final Deque<Line> lines = new ArrayDeque<>();
  private long begun;
  private Duration slowest = Duration.ZERO;

  /** One line: its number, and the rest of it. */
  record Line(long number, String text) {
    @Override
    public String toString() {
      return "#" + number + " " + text;
    }
  }

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
      done(number, shortened(call) + " -> " + shortened(show.apply(answer)), start, mayTake);
      return answer;
    } catch (RuntimeException | Error thrown) {
      done(number, shortened(call) + " threw " + name(thrown), start, mayTake);
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
   * The last calls, oldest first, one per line. What repeats itself stands there once, with a
   * count.
   *
   * @return the text, empty when there was none
   */
  public synchronized String text() {
    Deque<Repetition> shown = new ArrayDeque<>();
    int height = 0;
    int covered = 0;
    for (Repetition last : Repetition.in(List.copyOf(lines)).reversed()) {
      if (height >= SHOWN) {
        break;
      }
      shown.addFirst(last);
      height += last.height();
      covered += last.covered();
    }
    StringBuilder text = new StringBuilder();
    if (begun > covered) {
      text.append("(").append(begun - covered).append(" calls before)\n");
    }
    shown.forEach(one -> text.append(one.text()).append('\n'));
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
    lines.addLast(new Line(number, line));
    if (lines.size() > KEPT) {
      lines.removeFirst();
    }
  }

  private static String shortened(String text) {
    String shown = Legible.cut(text, WIDTH);
    int more = text.length() - shown.length();
    return Legible.of(more == 0 ? text : shown + "… (%d characters more)".formatted(more));
  }

  private static String name(Throwable thrown) {
    return thrown instanceof ProviderError
        ? thrown.getClass().getSimpleName()
        : thrown.getClass().getName();
  }
}
