// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.worker.RedeliveryBackoff;
import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of entries whose processing fails (ES-31). Immutable.
 *
 * @param attempts after how many failed attempts an entry is a dead letter, from 1
 * @param backoff how long it waits after each; those behind it wait too
 * @param afterDeath what becomes of those behind it then
 */
public record QueuePolicy(int attempts, RedeliveryBackoff backoff, AfterDeath afterDeath) {

  /** What becomes of the entries behind a dead letter. */
  public enum AfterDeath {
    /** They are processed. */
    CONTINUE,
    /** They wait until the dead letter is redriven or dropped. */
    STOP
  }

  private static final QueuePolicy DEFAULTS =
      new QueuePolicy(
          3,
          new RedeliveryBackoff(Duration.ofSeconds(1), Duration.ofMinutes(1)),
          AfterDeath.CONTINUE);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when there are less than one attempt
   */
  public QueuePolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is " + attempts + "; it starts at 1");
    }
    Objects.requireNonNull(backoff, "backoff");
    Objects.requireNonNull(afterDeath, "afterDeath");
  }

  /** {@return 3 attempts, the second after 1 second; those behind a dead letter go on} */
  public static QueuePolicy defaults() {
    return DEFAULTS;
  }

  /**
   * Returns the same policy with another number of attempts.
   *
   * @param attempts how many, from 1
   * @return the policy
   * @throws IllegalArgumentException when it is below 1
   */
  public QueuePolicy withAttempts(int attempts) {
    return new QueuePolicy(attempts, backoff, afterDeath);
  }

  /**
   * Returns the same policy with another back-off.
   *
   * @param first how long an entry waits after its first failure, zero or more
   * @param max the longest wait, not below the first
   * @return the policy
   * @throws IllegalArgumentException when it is no range of durations
   */
  public QueuePolicy withBackoff(Duration first, Duration max) {
    return new QueuePolicy(attempts, new RedeliveryBackoff(first, max), afterDeath);
  }

  /**
   * Returns the same policy with another answer to a death.
   *
   * @param afterDeath what becomes of the entries behind a dead letter
   * @return the policy
   */
  public QueuePolicy withAfterDeath(AfterDeath afterDeath) {
    return new QueuePolicy(attempts, backoff, afterDeath);
  }
}
