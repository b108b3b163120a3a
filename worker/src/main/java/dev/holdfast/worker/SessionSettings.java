// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;

/**
 * How a worker holds sessions. It claims one with the first activity of it that it fetches, renews
 * the lease while the session is in use, and releases what it holds when it closes. Immutable.
 *
 * @param most how many sessions it holds at once, from 1
 * @param leaseFor for how long a session stays with a worker that has died; 100 ms or more
 * @param idleAfter how long after its last activity a session is not renewed any more; not shorter
 *     than the lease, and not shorter than the locks of the worker
 */
public record SessionSettings(int most, Duration leaseFor, Duration idleAfter) {

  private static final Duration SHORTEST_LEASE = Duration.ofMillis(100);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public SessionSettings {
    if (most < 1) {
      throw new IllegalArgumentException("most is " + most + "; it starts at 1");
    }
    if (leaseFor.compareTo(SHORTEST_LEASE) < 0) {
      throw new IllegalArgumentException("leaseFor is " + leaseFor + "; it starts at 100 ms");
    }
    if (idleAfter.compareTo(leaseFor) < 0) {
      throw new IllegalArgumentException(
          "idleAfter is %s, shorter than the lease of %s".formatted(idleAfter, leaseFor));
    }
  }

  /**
   * Creates settings with a lease of 30 seconds and 5 minutes until a session is idle.
   *
   * @param most how many sessions are held at once, from 1
   * @return the settings
   * @throws IllegalArgumentException when it is below 1
   */
  public static SessionSettings of(int most) {
    return new SessionSettings(most, Duration.ofSeconds(30), Duration.ofMinutes(5));
  }
}
