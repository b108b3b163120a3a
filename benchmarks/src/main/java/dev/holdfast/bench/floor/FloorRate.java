// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.floor;

/**
 * What was measured of a floor.
 *
 * @param perSecond commits per second, of all clients together
 * @param p50Micros the median of one commit, in microseconds
 */
public record FloorRate(double perSecond, double p50Micros) {

  /** The mean of two. */
  FloorRate and(FloorRate other) {
    return new FloorRate((perSecond + other.perSecond) / 2, (p50Micros + other.p50Micros) / 2);
  }
}
