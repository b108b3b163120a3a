// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.floor;

import dev.holdfast.bench.measure.Latency;

/**
 * What was measured of a floor.
 *
 * @param perSecond commits per second, of all clients together
 * @param commit how long one commit took
 */
public record FloorRate(double perSecond, Latency commit) {

  /** The mean of two. */
  FloorRate and(FloorRate other) {
    return new FloorRate(
        (perSecond + other.perSecond) / 2,
        new Latency(
            commit.count() + other.commit.count(),
            (commit.p50Micros() + other.commit.p50Micros()) / 2,
            (commit.p99Micros() + other.commit.p99Micros()) / 2));
  }
}
