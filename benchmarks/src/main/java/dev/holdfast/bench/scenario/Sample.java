// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import java.util.Map;

/**
 * What one round of a case measured.
 *
 * @param value the figure
 * @param reference the figure it is compared with, from the same round
 * @param latencies how long operations took
 * @param bytesPerUnit what this process allocated for each unit of the figure; NaN when that was
 *     not measured
 */
public record Sample(
    double value, double reference, Map<String, Latency> latencies, double bytesPerUnit) {

  /** A sample without a count of bytes. */
  Sample(double value, double reference, Map<String, Latency> latencies) {
    this(value, reference, latencies, Double.NaN);
  }

  /** A sample without latencies. */
  static Sample of(double value, double reference) {
    return new Sample(value, reference, Map.of());
  }

  /** A sample with latencies. */
  static Sample of(double value, double reference, Latencies latencies) {
    return new Sample(value, reference, latencies.summary(), latencies.bytesPerUnit());
  }

  /** The figure in units of what it is compared with. */
  public double ratio() {
    return value / reference;
  }
}
