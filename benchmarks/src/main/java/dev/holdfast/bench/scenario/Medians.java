// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latency;
import java.util.Map;

/** Figures that are medians of latencies. */
final class Medians {

  private Medians() {}

  /**
   * The median of an operation, in microseconds.
   *
   * @throws IllegalStateException when it was never measured: the time was too short
   */
  static double of(Map<String, Latency> latencies, String operation) {
    Latency latency = latencies.get(operation);
    if (latency == null) {
      throw new IllegalStateException(
          "\"%s\" did not happen once; measure longer (--seconds)".formatted(operation));
    }
    return latency.p50Micros();
  }
}
