// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long calls to a store take (FIX-06).
 *
 * @param samples all measured durations, in order
 */
public record RoundTrip(List<Duration> samples) {

  private static final int SAMPLES = 20;

  public static RoundTrip measure(Provider provider) {
    List<Duration> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      long start = System.nanoTime();
      provider.enqueue(Sample.message("nobody", "sample"));
      provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofSeconds(1)));
      provider.readHistory("nobody", 1, 0, 1);
      samples.add(Duration.ofNanos(System.nanoTime() - start));
    }
    return new RoundTrip(samples);
  }

  /**
   * The slowest of the later half: the first calls of a handle open connections and load classes,
   * and tell nothing about the others.
   */
  public Duration slowest() {
    return samples.stream().skip(SAMPLES / 2).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }
}
