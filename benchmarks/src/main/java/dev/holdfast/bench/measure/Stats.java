// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

import java.util.List;

/** Medians: one disturbed round of several must not count. */
public final class Stats {

  private Stats() {}

  /**
   * The median.
   *
   * @throws IllegalArgumentException when there are no values
   */
  public static double median(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("the median of nothing");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
