// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.report.Legible;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one test, numbered in the order in which they began, without contents of payloads.
 * Keeps the last ones. Thread-safe.
 */
public final class CallLog {

  private static final String MARK = "   <-- here";
  private static final int KEPT = 200;
  private static final int SHOWN = 25;

  /** How long a call and its answer may be, each for itself. */
  private static final int WIDTH = 200;

  private final Deque<Line> lines = new ArrayDeque<>();
  private volatile boolean ended;
  private long begun;
  private Duration slowest = Duration.ZERO;
  private @Nullable Throwable thrown;
  private long thrownBy;

  /**
   * One line.
   *
   * @param number its number, from 1 in the order in which calls began
   * @param text the rest of it
   * @param isCall whether it is a call of the provider
   * @param threadId the thread that made it
   * @param endedNanos when it ended
   */
  record Line(long number, String text, boolean isCall, long threadId, long endedNanos) {
    Line marked() {
      return new Line(number, text + MARK, isCall, threadId, endedNanos);
    }

    @Override
    public String toString() {
      return "#" + number + " " + text;
    }
  }

  /** Creates an empty log. */
  public CallLog() {}

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
  public <T> T record(String call, Duration mayTake, Supplier<T> body, Function<T, String> show) {
    return record(call, mayTake, body, show, (number, answer) -> {});
  }

  /** Hears of an answer and the number of its call. */
  @FunctionalInterface
  interface Listener<T> {
    void answered(long number, T answer);
  }

  /** The same, and tells a listener before anybody else can see the answer. */
  public <T> T record(
      String call,
      Duration mayTake,
      Supplier<T> body,
      Function<T, String> show,
      Listener<T> listener) {
    if (ended) {
      throw new IllegalStateException(
          "%s: its test is over, and this thread of it should be".formatted(shortened(call)));
    }
    long number = next();
    long start = System.nanoTime();
    try {
      T answer = body.get();
      listener.answered(number, answer);
      done(number, shortened(call) + " -> " + shortened(show.apply(answer)), true, start, mayTake);
      return answer;
    } catch (RuntimeException | Error thrown) {
      synchronized (this) {
        this.thrown = thrown;
        thrownBy = number;
      }
      done(number, shortened(call) + " threw " + name(thrown), true, start, mayTake);
      throw thrown;
    }
  }

  /**
   * Refuses all further calls: a thread that outlives its test, because the provider has never
   * given it what it waits for, would go on for ever beside the tests that follow.
   */
  public void end() {
    ended = true;
  }

  /**
   * Notes something that is not a call of the provider, such as a move of the clock.
   *
   * @param line what happened
   */
  public void note(String line) {
    done(next(), Legible.of(line), false, System.nanoTime(), Duration.ZERO);
  }

  /**
   * The longest time that a call took beyond what it was asked to wait.
   *
   * @return the duration
   */
  public synchronized Duration slowest() {
    return slowest;
  }

  /**
   * The last calls, oldest first, one per line. What repeats itself stands there once, with a
   * count.
   *
   * @return the text, empty when there was none
   */
  public synchronized String text() {
    return shown(List.copyOf(lines));
  }

  /**
   * The last calls before a failure, with a mark at the one that failed, or after which the thread
   * that made it found something wrong.
   *
   * @param failure the failure
   * @return the text, empty when there was no call
   */
  public synchronized String text(Throwable failure) {
    List<Line> all = new ArrayList<>(lines);
    int here = blamed(all, failure);
    String before = "";
    if (here >= 0) {
      all.set(here, all.get(here).marked());
      if (here < all.size() - SHOWN) {
        before = all.get(here) + "\n";
      }
    }
    return before + shown(all);
  }

  private int blamed(List<Line> all, Throwable failure) {
    Predicate<Line> wrong =
        failure instanceof RuleViolation violation
            ? line -> line.isCall() && violation.wasFoundAfter(line.threadId(), line.endedNanos())
            : line -> hasThrown(failure) && line.number() == thrownBy;
    int last = all.size() - 1;
    for (int i = last; i >= 0; i--) {
      if (wrong.test(all.get(i))) {
        return i;
      }
    }
    return last;
  }

  private String shown(List<Line> all) {
    Deque<Repetition> shown = new ArrayDeque<>();
    int height = 0;
    int covered = 0;
    for (Repetition last : Repetition.in(all).reversed()) {
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

  /**
   * Whether the last call that ended with an error ended with this one.
   *
   * @param error the error
   * @return true when it did
   */
  public synchronized boolean hasThrown(Throwable error) {
    return error.equals(thrown);
  }

  private synchronized long next() {
    return ++begun;
  }

  private synchronized void done(
      long number, String line, boolean isCall, long start, Duration mayTake) {
    long end = System.nanoTime();
    Duration took = Duration.ofNanos(end - start).minus(mayTake);
    if (took.compareTo(slowest) > 0) {
      slowest = took;
    }
    lines.addLast(new Line(number, line, isCall, Thread.currentThread().threadId(), end));
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
