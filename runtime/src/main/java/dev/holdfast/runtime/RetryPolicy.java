// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.worker.internal.util.RetryDelay;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How often an activity is tried, and how long to wait between attempts. A worker that dies does
 * not count: its delivery is repeated within the same attempt.
 *
 * <pre>{@code
 * RetryPolicy patient =
 *     RetryPolicy.exponential(10, Duration.ofSeconds(1))
 *         .withMaxDelay(Duration.ofMinutes(5))
 *         .withJitter(0.2)
 *         .withTotalTime(Duration.ofHours(1))
 *         .withNonRetryable(IllegalArgumentException.class);
 * }</pre>
 *
 * @param maxAttempts the most attempts, the first included; from 1
 * @param firstDelay the wait after the first failure; zero or more
 * @param backoffFactor what each wait is multiplied with for the next; from 1
 * @param maxDelay the longest wait; not below {@code firstDelay}
 * @param increment by how much each wait is longer than the one before; zero or more, and zero
 *     where there is a factor
 * @param jitter which part of each wait is left to chance, from 0 for none to 1 for all of it: a
 *     wait is somewhere between that part less and all of it. Chance is the same in every replay
 * @param totalTime how long after the first attempt was scheduled the last one may begin; null for
 *     no limit
 * @param nonRetryableErrors names of exception classes after which, or after a subclass of which,
 *     the activity is not tried again
 * @param nonRetryableWhen failures after which the activity is not tried again, null for none
 *     besides. Part of the orchestration's code: it answers the same for the same failure, and has
 *     no effects
 */
public record RetryPolicy(
    int maxAttempts,
    Duration firstDelay,
    double backoffFactor,
    Duration maxDelay,
    Duration increment,
    double jitter,
    @Nullable Duration totalTime,
    Set<String> nonRetryableErrors,
    @Nullable Predicate<? super Failure> nonRetryableWhen) {

  /** The longest wait of all; a longer one is cut to it. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Duration MINUTE = Duration.ofMinutes(1);

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
    if (increment.isNegative()) {
      throw new IllegalArgumentException("increment is " + increment + "; it must not be negative");
    }
    if (!increment.isZero() && backoffFactor > 1) {
      throw new IllegalArgumentException(
          "waits grow by the factor %s or by the increment %s, not by both"
              .formatted(backoffFactor, increment));
    }
    increment = increment.compareTo(LONGEST) > 0 ? LONGEST : increment;
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter is " + jitter + "; it is from 0 to 1");
    }
    if (totalTime != null && (totalTime.isNegative() || totalTime.isZero())) {
      throw new IllegalArgumentException("totalTime is " + totalTime + "; it must be above zero");
    }
    nonRetryableErrors = Set.copyOf(nonRetryableErrors);
  }

  /**
   * Creates a policy whose waits grow by a factor and have no limit but the longest one.
   *
   * @param maxAttempts the most attempts, the first included; from 1
   * @param firstDelay the wait after the first failure; zero or more
   * @param backoffFactor what each wait is multiplied with for the next; from 1
   * @param maxDelay the longest wait; not below {@code firstDelay}
   * @param nonRetryableErrors names of exception classes after which, or after a subclass of which,
   *     the activity is not tried again
   * @throws IllegalArgumentException when one is out of range
   */
  public RetryPolicy(
      int maxAttempts,
      Duration firstDelay,
      double backoffFactor,
      Duration maxDelay,
      Set<String> nonRetryableErrors) {
    this(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        Duration.ZERO,
        0,
        null,
        nonRetryableErrors,
        null);
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
    return exponential(maxAttempts, Duration.ofSeconds(1));
  }

  /**
   * Returns a policy whose waits are all the same.
   *
   * @param maxAttempts the most attempts, the first included
   * @param delay the wait after each failure
   * @return the policy
   * @throws IllegalArgumentException when one is out of range
   */
  public static RetryPolicy fixed(int maxAttempts, Duration delay) {
    return new RetryPolicy(maxAttempts, delay, 1, delay, Set.of());
  }

  /**
   * Returns a policy whose waits grow by the same time after each failure, without a longest one.
   *
   * @param maxAttempts the most attempts, the first included
   * @param firstDelay the wait after the first failure
   * @param increment by how much each wait is longer than the one before
   * @return the policy
   * @throws IllegalArgumentException when one is out of range
   */
  public static RetryPolicy linear(int maxAttempts, Duration firstDelay, Duration increment) {
    return new RetryPolicy(maxAttempts, firstDelay, 1, LONGEST, increment, 0, null, Set.of(), null);
  }

  /**
   * Returns a policy whose waits double after each failure, up to one minute or the first wait if
   * that is longer.
   *
   * @param maxAttempts the most attempts, the first included
   * @param firstDelay the wait after the first failure
   * @return the policy
   * @throws IllegalArgumentException when one is out of range
   */
  public static RetryPolicy exponential(int maxAttempts, Duration firstDelay) {
    Duration longest = firstDelay.compareTo(MINUTE) > 0 ? firstDelay : MINUTE;
    return new RetryPolicy(maxAttempts, firstDelay, 2, longest, Set.of());
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
    return with(firstDelay, backoffFactor, longest);
  }

  /**
   * Returns the same policy with another factor.
   *
   * @param backoffFactor what each wait is multiplied with for the next
   * @return a new policy
   * @throws IllegalArgumentException when it is below 1, or above 1 and there is an increment
   */
  public RetryPolicy withBackoffFactor(double backoffFactor) {
    return with(firstDelay, backoffFactor, maxDelay);
  }

  /**
   * Returns the same policy with another longest wait.
   *
   * @param maxDelay the longest wait
   * @return a new policy
   * @throws IllegalArgumentException when it is below the first one
   */
  public RetryPolicy withMaxDelay(Duration maxDelay) {
    return with(firstDelay, backoffFactor, maxDelay);
  }

  private RetryPolicy with(Duration firstDelay, double backoffFactor, Duration maxDelay) {
    return new RetryPolicy(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        increment,
        jitter,
        totalTime,
        nonRetryableErrors,
        nonRetryableWhen);
  }

  /**
   * Returns the same policy with waits that are left to chance, so that what failed at the same
   * time does not come back at the same time. Chance follows from the call and its attempt, and so
   * is the same in every replay.
   *
   * @param jitter which part of each wait, from 0 to 1; with 0.2 a wait of 10 seconds becomes one
   *     of 8 to 10
   * @return a new policy
   * @throws IllegalArgumentException when it is out of range
   */
  public RetryPolicy withJitter(double jitter) {
    return new RetryPolicy(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        increment,
        jitter,
        totalTime,
        nonRetryableErrors,
        nonRetryableWhen);
  }

  /**
   * Returns the same policy with a limit of the time over all attempts: none begins later than that
   * after the first one was scheduled, and where the next one would, the last failure is the answer
   * at once. It does not end an attempt that is under way, see {@link ActivityOptions#withTimeout}.
   *
   * @param totalTime the time
   * @return a new policy
   * @throws IllegalArgumentException when it is not above zero
   */
  public RetryPolicy withTotalTime(Duration totalTime) {
    return new RetryPolicy(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        increment,
        jitter,
        Objects.requireNonNull(totalTime, "totalTime"),
        nonRetryableErrors,
        nonRetryableWhen);
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
    return new RetryPolicy(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        increment,
        jitter,
        totalTime,
        names,
        nonRetryableWhen);
  }

  /**
   * Returns the same policy with more failures after which the activity is not tried again, such as
   * {@code failure -> failure.type().equals(Failure.TIMEOUT)}.
   *
   * @param when tells them; a part of the orchestration's code, which answers the same for the same
   *     failure and has no effects
   * @return a new policy
   */
  public RetryPolicy withNonRetryable(Predicate<? super Failure> when) {
    Objects.requireNonNull(when, "when");
    Predicate<? super Failure> before = nonRetryableWhen;
    Predicate<Failure> both =
        before == null ? when::test : failure -> before.test(failure) || when.test(failure);
    return new RetryPolicy(
        maxAttempts,
        firstDelay,
        backoffFactor,
        maxDelay,
        increment,
        jitter,
        totalTime,
        nonRetryableErrors,
        both);
  }

  /**
   * Returns whether the policy lets an activity be tried again after a failure, as far as that
   * depends on what failed.
   *
   * @param failure the failure
   * @return true when it does
   */
  public boolean retries(Failure failure) {
    return !failure.isOneOf(nonRetryableErrors)
        && (nonRetryableWhen == null || !nonRetryableWhen.test(failure));
  }

  /**
   * Computes how long to wait at most after a failed attempt: the wait without {@link #jitter}.
   *
   * @param attempt the attempt that failed, from 1
   * @return the wait
   */
  public Duration delayAfter(int attempt) {
    return increment.isZero()
        ? RetryDelay.after(firstDelay, backoffFactor, maxDelay, attempt)
        : RetryDelay.afterLinear(firstDelay, increment, maxDelay, attempt);
  }

  /**
   * Computes how long a call waits after a failed attempt.
   *
   * @param attempt the attempt that failed, from 1
   * @param key names the call, such as {@link ActivityContext#idempotencyKey()}
   * @return the wait, for the same key and attempt always the same
   */
  public Duration delayAfter(int attempt, String key) {
    return RetryDelay.jittered(delayAfter(attempt), jitter, key, attempt);
  }
}
