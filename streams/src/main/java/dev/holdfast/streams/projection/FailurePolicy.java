// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of an event that the handler cannot handle (ES-22). Immutable.
 *
 * @param attempts how often it is tried, from 1
 * @param first how long the runner waits after the first failure, twice as long after each
 * @param longest the longest wait
 * @param then what happens after the last attempt
 */
public record FailurePolicy(int attempts, Duration first, Duration longest, Then then) {

  /** What happens after the last attempt. */
  public enum Then {
    /** The shard of the event stops until somebody starts a runner again; health says so. */
    STOP,
    /** The event is set aside with all later ones of its stream; other streams go on. */
    PARK
  }

  private static final FailurePolicy STOPPING =
      new FailurePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(10), Then.STOP);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when there is no attempt, or a wait is negative
   */
  public FailurePolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is " + attempts + "; it starts at 1");
    }
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the waits go from %s to %s; they are zero or more, and grow".formatted(first, longest));
    }
    Objects.requireNonNull(then, "then");
  }

  /** {@return 5 attempts, the second after 100 milliseconds, then the projection stops} */
  public static FailurePolicy stop() {
    return STOPPING;
  }

  /** {@return 5 attempts, the second after 100 milliseconds, then the event is parked} */
  public static FailurePolicy park() {
    return new FailurePolicy(STOPPING.attempts, STOPPING.first, STOPPING.longest, Then.PARK);
  }

  /**
   * Returns the same policy with another number of attempts.
   *
   * @param attempts how many, from 1
   * @return the policy
   * @throws IllegalArgumentException when it is below 1
   */
  public FailurePolicy withAttempts(int attempts) {
    return new FailurePolicy(attempts, first, longest, then);
  }

  /**
   * Returns the same policy with other waits.
   *
   * @param first the wait after the first failure, zero or more
   * @param longest the longest wait, not below the first
   * @return the policy
   * @throws IllegalArgumentException when they are no such range
   */
  public FailurePolicy withBackoff(Duration first, Duration longest) {
    return new FailurePolicy(attempts, first, longest, then);
  }

  Duration wait(int failures) {
    Duration wait = first.multipliedBy(1L << Math.min(failures - 1, 20));
    return wait.compareTo(longest) > 0 ? longest : wait;
  }
}
