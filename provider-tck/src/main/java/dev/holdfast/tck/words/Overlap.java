// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.tck.Inconclusive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Rounds of calls that are to be made together, counted only when they really were: a barrier lets
 * threads go, and whether they meet is up to the machine. A test goes on until it has seen enough
 * such rounds, and is not measured when it gave up. Used by one thread, which makes the rounds.
 */
public final class Overlap {

  private static final int PATIENCE = 25;

  private final int enough;
  private int rounds;
  private int seen;

  /**
   * Rounds to come.
   *
   * @param enough how many rounds with an overlap are enough
   */
  public Overlap(int enough) {
    this.enough = enough;
  }

  /**
   * When something began and ended.
   *
   * @param from the begin, in nanoseconds of any clock that all of them share
   * @param to the end
   */
  public record Span(long from, long to) {}

  /**
   * Whether to make one more round.
   *
   * @return false when enough rounds had an overlap, and when patience is over
   */
  public boolean goesOn() {
    return seen < enough && rounds < enough * PATIENCE;
  }

  /**
   * A round: makes the same call {@code n} times together.
   *
   * @param <T> what it answers
   * @param n how many threads
   * @param call the call, given the number of its thread from 0
   * @return the answers, by number
   */
  public <T> List<T> times(int n, IntFunction<? extends T> call) {
    Span[] spans = new Span[n];
    List<T> answers =
        Together.times(
            n,
            i -> {
              long from = System.nanoTime();
              T answer = call.apply(i);
              spans[i] = new Span(from, System.nanoTime());
              return answer;
            });
    count(List.of(spans));
    return answers;
  }

  /**
   * Counts a round that was made elsewhere.
   *
   * @param spans when its calls began and ended
   */
  public void count(List<Span> spans) {
    rounds++;
    seen += overlap(spans) ? 1 : 0;
  }

  private static boolean overlap(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingLong(Span::from));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).from() < sorted.get(i - 1).to()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends the test as not measured when too few rounds had an overlap.
   *
   * @throws Inconclusive when patience was over before
   */
  public void expectSeen() {
    if (seen < enough) {
      throw new Inconclusive(
          "in %d of %d rounds calls were under way at one time, and %d such rounds are needed"
              .formatted(seen, rounds, enough));
    }
  }
}
