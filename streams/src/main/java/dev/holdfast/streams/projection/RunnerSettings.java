// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;

/**
 * How a runner works. Immutable.
 *
 * @param leaseFor for how long a shard is its own without a sign of life; another process takes
 *     over then
 * @param pageSize how many events are read and committed at once, from 1
 * @param pause how long it waits for new events, for a lease, and after trouble
 * @param closeWithin how long closing waits for pages that are under way before it interrupts their
 *     handlers, and then once more for those to end
 */
public record RunnerSettings(
    Duration leaseFor, int pageSize, Duration pause, Duration closeWithin) {

  private static final RunnerSettings DEFAULTS =
      new RunnerSettings(
          Duration.ofSeconds(15), 200, Duration.ofMillis(500), Duration.ofSeconds(15));

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when a time is not positive, closing has less than none, or a
   *     page has no events
   */
  public RunnerSettings {
    if (leaseFor.isNegative() || leaseFor.isZero() || pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException(
          "a lease of %s and a pause of %s; both have to be positive".formatted(leaseFor, pause));
    }
    if (closeWithin.isNegative()) {
      throw new IllegalArgumentException("closing within " + closeWithin + "; it begins at zero");
    }
    if (pageSize < 1) {
      throw new IllegalArgumentException("pageSize is " + pageSize + "; it starts at 1");
    }
  }

  /**
   * {@return leases of 15 seconds, pages of 200 events, pauses of half a second, and 15 seconds for
   * closing}
   */
  public static RunnerSettings defaults() {
    return DEFAULTS;
  }

  /**
   * Returns the same settings with another lease.
   *
   * @param leaseFor how long, above zero
   * @return the settings
   * @throws IllegalArgumentException when it is not positive
   */
  public RunnerSettings withLease(Duration leaseFor) {
    return new RunnerSettings(leaseFor, pageSize, pause, closeWithin);
  }

  /**
   * Returns the same settings with another size of pages.
   *
   * @param pageSize how many events, from 1; more than the store's limit is its limit
   * @return the settings
   * @throws IllegalArgumentException when it is below 1
   */
  public RunnerSettings withPageSize(int pageSize) {
    return new RunnerSettings(leaseFor, pageSize, pause, closeWithin);
  }

  /**
   * Returns the same settings with another pause.
   *
   * @param pause how long, above zero
   * @return the settings
   * @throws IllegalArgumentException when it is not positive
   */
  public RunnerSettings withPause(Duration pause) {
    return new RunnerSettings(leaseFor, pageSize, pause, closeWithin);
  }

  /**
   * Returns the same settings with another time for closing.
   *
   * @param closeWithin how long closing waits, and once more after an interrupt; zero interrupts at
   *     once
   * @return the settings
   * @throws IllegalArgumentException when it is negative
   */
  public RunnerSettings withCloseWithin(Duration closeWithin) {
    return new RunnerSettings(leaseFor, pageSize, pause, closeWithin);
  }
}
