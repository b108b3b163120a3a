// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The durations that rules are written in, derived from the measured round trip (FIX-06).
 *
 * @param roundTrip the slowest of the measured calls
 * @param lockFor L: how long tests lock
 * @param tick the least time between "just before" and "then": a microsecond on a clock that stands
 *     still, room for some calls on one that runs
 * @param clock how time passes in the store
 */
public record Pace(Duration roundTrip, Duration lockFor, Duration tick, Clock clock) {

  /** How time passes in the store. */
  public enum Clock {
    /** The fixture moves it, and it stands still otherwise. */
    STANDING,
    /** The fixture moves it, and it runs. */
    RUNNING,
    /** Only real time. */
    REAL
  }

  private static final Duration VIRTUAL_LOCK = Duration.ofSeconds(30);
  private static final Duration LEAST_REAL_LOCK = Duration.ofMillis(600);
  private static final Duration LEAST_TICK = Duration.ofMillis(120);
  private static final int ROUND_TRIPS_PER_TICK = 12;
  private static final int TICKS_PER_LOCK = 5;

  /**
   * Derives the pace.
   *
   * @param store a store of the fixture
   * @param roundTrip the measured round trip
   * @param stretch 1, or more when calls turned out slower than measured
   * @return the pace
   */
  public static Pace of(TestStore store, Duration roundTrip, int stretch) {
    Duration tick =
        max(roundTrip.multipliedBy(ROUND_TRIPS_PER_TICK), LEAST_TICK).multipliedBy(stretch);
    Optional<TimeControl> control = store.timeControl();
    if (control.isEmpty()) {
      Duration lock = max(tick.multipliedBy(TICKS_PER_LOCK), LEAST_REAL_LOCK.multipliedBy(stretch));
      return new Pace(roundTrip, lock, tick, Clock.REAL);
    }
    if (control.get().standsStill()) {
      return new Pace(roundTrip, VIRTUAL_LOCK, ChronoUnit.MICROS.getDuration(), Clock.STANDING);
    }
    return new Pace(roundTrip, VIRTUAL_LOCK.multipliedBy(stretch), tick, Clock.RUNNING);
  }

  /**
   * What "at once" and "promptly" mean for a caller in real time: some round trips, and some room
   * for a busy machine.
   *
   * @return the longest such time
   */
  public Duration prompt() {
    return max(roundTrip.multipliedBy(ROUND_TRIPS_PER_TICK), LEAST_TICK)
        .multipliedBy(TICKS_PER_LOCK);
  }

  /**
   * For how long a call is watched that probably waits for something that the test holds. Shorter
   * than {@link #prompt}, because mostly all of it passes; what ends later is only not seen to have
   * ended.
   *
   * @return some round trips
   */
  public Duration glance() {
    return max(
        roundTrip.multipliedBy(ROUND_TRIPS_PER_TICK), LEAST_TICK.multipliedBy(TICKS_PER_LOCK));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
