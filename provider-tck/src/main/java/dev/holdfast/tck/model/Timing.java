// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The times of one run.
 *
 * @param clock the clock that decides
 * @param zero when the run began
 * @param step the least time between two moments that matter
 * @param exact whether the clock stands still, so that moments can be compared
 */
record Timing(InstantSource clock, Instant zero, Duration step, boolean exact) {

  Duration steps(int count) {
    return step.multipliedBy(count);
  }

  Instant fromNow(int count) {
    return clock.instant().plus(steps(count));
  }

  /** A moment in words, the same for both sides. */
  String text(Instant moment) {
    if (!exact) {
      return "";
    }
    Duration since = Duration.between(zero, moment);
    return since.equals(step.multipliedBy(since.dividedBy(step)))
        ? " @" + since.dividedBy(step)
        : " @" + since;
  }
}
