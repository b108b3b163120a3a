// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** What appends to streams cost: ratios within one run, no times. */
@RuleFamily("STREAM")
@Isolated("times are compared")
final class StreamCostRules {

  private static final int SAMPLES = 40;
  private static final int EACH = 25;
  private static final int TRIALS = 3;

  /** More is far from what a busy machine does to a low quantile, and far below a walk. */
  private static final double MOST_GROWTH = 4;

  /**
   * An append costs the same at any version, and more callers do not make it slower.
   *
   * <p><b>Shape:</b> the time of an append to a short and to a long stream, in one run; then the
   * rates of 1, 4 and 16 callers on separate streams, the best of three each: none is much below
   * that of one caller.
   */
  @Rule("STREAM-32")
  void anAppendIsAsFastAnywhere(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    requireStatements(store);
    StreamId stream = Streamed.stream("stream");
    long few = usual(() -> a.add(stream, 1));
    ReadCostRules.fill(a, stream);
    long many = usual(() -> a.add(stream, 1));
    Expect.that(
        "An append takes longer to a long stream.",
        "at most %.1f times as long".formatted(MOST_GROWTH),
        "%,d ns after %,d ns".formatted(many, few),
        many <= few * MOST_GROWTH);
    Map<Integer, Double> rates = new LinkedHashMap<>();
    for (int callers : new int[] {1, 4, 16}) {
      for (int trial = 0; trial < TRIALS; trial++) {
        rates.merge(callers, rate(a, callers), Math::max);
      }
    }
    double alone = rates.getOrDefault(1, 0.0);
    Expect.that(
        "More callers make appends slower.",
        "no rate much below that of one caller",
        rates,
        rates.values().stream().allMatch(rate -> 2 * rate >= alone));
  }

  /** What is kept in memory, and sends nothing to a store, may well walk through all of it. */
  static void requireStatements(StoreUnderTest store) {
    store.statements();
  }

  /** The time of a usual call: a low quantile, which a busy machine disturbs little. */
  static long usual(Runnable call) {
    long[] samples = new long[SAMPLES];
    for (int warmUp = 0; warmUp < SAMPLES / 2; warmUp++) {
      call.run();
    }
    for (int n = 0; n < SAMPLES; n++) {
      long begin = System.nanoTime();
      call.run();
      samples[n] = System.nanoTime() - begin;
    }
    return Arrays.stream(samples).sorted().toArray()[SAMPLES / 4];
  }

  private static double rate(Streamed a, int callers) {
    long begin = System.nanoTime();
    Together.times(
        callers,
        n -> {
          for (int i = 0; i < EACH; i++) {
            a.meeting(Streamed.append(Streamed.stream("caller " + n), 1));
          }
          return n;
        });
    return callers * EACH * 1e9 / (System.nanoTime() - begin);
  }
}
