// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;

/**
 * How long operations took, per operation, and what this process allocated meanwhile. Counts only
 * between open and close. Thread-safe.
 */
public final class Latencies {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  private final Map<String, AtomicHistogram> histograms = new ConcurrentHashMap<>();
  private volatile boolean open;
  private volatile double bytesPerUnit = Double.NaN;

  /** An operation of the store. */
  @FunctionalInterface
  public interface Operation<T> {

    /** Does it. */
    T call();
  }

  /** Begins to count. */
  public void open() {
    open = true;
  }

  /** Counts no more. */
  public void close() {
    open = false;
  }

  /** Does an operation and counts how long it took. */
  public <T> T time(String name, Operation<T> operation) {
    long before = System.nanoTime();
    T answer = operation.call();
    record(name, System.nanoTime() - before);
    return answer;
  }

  /** Counts a duration that was measured elsewhere. */
  public void record(String name, long nanos) {
    if (open) {
      histograms
          .computeIfAbsent(name, n -> new AtomicHistogram(LONGEST_NANOS, DIGITS))
          .recordValue(Math.min(nanos, LONGEST_NANOS));
    }
  }

  /** Notes how much this process allocated for each unit of work, client side only. */
  void allocated(double bytes) {
    bytesPerUnit = bytes;
  }

  /** The bytes allocated for each unit of work; NaN when that was not measured. */
  public double bytesPerUnit() {
    return bytesPerUnit;
  }

  /** What was counted, by name of the operation. */
  public Map<String, Latency> summary() {
    Map<String, Latency> summary = new LinkedHashMap<>();
    new TreeMap<>(histograms)
        .forEach((name, histogram) ->
            summary.put(
                name,
                new Latency(
                    histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50) / 1_000.0,
                    histogram.getValueAtPercentile(99) / 1_000.0)));
    return summary;
  }
}
