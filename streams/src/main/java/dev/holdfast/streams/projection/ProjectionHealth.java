// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;

/**
 * How a projection is, seen from any process (ES-26).
 *
 * @param generation the live generation
 * @param build the build that has made it
 * @param wanted the build of this code
 * @param lag how far it is behind
 * @param limit from which age on that is too far
 * @param parked how many events are parked
 */
public record ProjectionHealth(
    int generation, int build, int wanted, ProjectionLag lag, Duration limit, long parked) {

  /** {@return whether the lag is below the limit, and nothing is parked} */
  public boolean isWell() {
    return lag.age().compareTo(limit) < 0 && parked == 0;
  }
}
