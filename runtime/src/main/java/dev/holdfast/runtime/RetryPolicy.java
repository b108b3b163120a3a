// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.worker.internal.util.RetryDelay;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * How often an activity is tried, and how long to wait between attempts. A worker that dies does
 * not count: its delivery is repeated within the same attempt.
 *
 * @param maxAttempts the most attempts, the first included; from 1
 * @param firstDelay the wait after the first failure; zero or more
 * @param backoffFactor what each wait is multiplied with for the next; from 1
 * @param maxDelay the longest wait; not below {@code firstDelay}
 * @param nonRetryableErrors names of exception classes after which, or after a subclass of which,
 *     the activity is not tried again
 */
public record RetryPolicy(
    int maxAttempts,
    Duration firstDelay,
    double backoffFactor,
    Duration maxDelay,
    Set<String> nonRetryableErrors) {

  /** The longest wait of all; a longer one is cut to it. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, Set.of());

  /**
   * Checks and copies the parts; waits of more than 36,500 days are cut to that.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public RetryPolicy {
    Objects.requireNonNull(firstDelay, "firstDelay");
    Objects.requireNonNull(maxDelay, "maxDelay");
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts is " + maxAttempts + "; it starts at 1");
    }
    if (firstDelay.isNegative()) {
      throw new IllegalArgumentException(
          "firstDelay is " + firstDelay + "; it must not be negative");
    }
    if (!(backoffFactor >= 1) || Double.isInfinite(backoffFactor)) {
      throw new IllegalArgumentException("backoffFactor is " + backoffFactor + "; it starts at 1");
    }
    firstDelay = firstDelay.compareTo(LONGEST) > 0 ? LONGEST : firstDelay;
    maxDelay = maxDelay.compareTo(LONGEST) > 0 ? LONGEST : maxDelay;
    if (maxDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException(
          "maxDelay %s is below firstDelay %s".formatted(maxDelay, firstDelay));
    }
    nonRetryableErrors = Set.copyOf(nonRetryableErrors);
  }

  /** {@return the policy of one attempt and no more} */
  public static RetryPolicy none() {
    return NONE;
  }

  /**
   * Returns a policy of several attempts, waiting one second after the first failure, twice as long
   * after each further one, and at most one minute.
   *
   * @param maxAttempts the most attempts, the first included
   * @return the policy
   * @throws IllegalArgumentException when it is below 1
   */
  public static RetryPolicy attempts(int maxAttempts) {
    return new RetryPolicy(maxAttempts, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), Set.of());
  }

  /**
   * Returns the same policy with another first wait; the longest wait grows with it if need be.
   *
   * @param firstDelay the wait after the first failure
   * @return a new policy
   * @throws IllegalArgumentException when it is negative
   */
  public RetryPolicy withFirstDelay(Duration firstDelay) {
    Duration longest = maxDelay.compareTo(firstDelay) < 0 ? firstDelay : maxDelay;
    return new RetryPolicy(maxAttempts, firstDelay, backoffFactor, longest, nonRetryableErrors);
  }

  /**
   * Returns the same policy with another factor.
   *
   * @param backoffFactor what each wait is multiplied with for the next
   * @return a new policy
   * @throws IllegalArgumentException when it is below 1
   */
  public RetryPolicy withBackoffFactor(double backoffFactor) {
    return new RetryPolicy(maxAttempts, firstDelay, backoffFactor, maxDelay, nonRetryableErrors);
  }

  /**
   * Returns the same policy with another longest wait.
   *
   * @param maxDelay the longest wait
   * @return a new policy
   * @throws IllegalArgumentException when it is below the first one
   */
  public RetryPolicy withMaxDelay(Duration maxDelay) {
    return new RetryPolicy(maxAttempts, firstDelay, backoffFactor, maxDelay, nonRetryableErrors);
  }

  /**
   * Returns the same policy with one more exception after which the activity is not tried again.
   *
   * @param error the exception class; classes that extend it count as well
   * @return a new policy
   */
  public RetryPolicy withNonRetryable(Class<? extends Throwable> error) {
    Set<String> names = new HashSet<>(nonRetryableErrors);
    names.add(error.getName());
    return new RetryPolicy(maxAttempts, firstDelay, backoffFactor, maxDelay, names);
  }

  /**
   * Computes how long to wait after a failed attempt.
   *
   * @param attempt the attempt that failed, from 1
   * @return the wait
   */
  public Duration delayAfter(int attempt) {
    return RetryDelay.after(firstDelay, backoffFactor, maxDelay, attempt);
  }
}
