// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of some activities may run at once, and how often they may begin: at most five calls to
 * the bank, or a hundred mails a minute. Immutable.
 *
 * <pre>{@code
 * ActivityLimit.concurrent(5).withRate(10, Duration.ofSeconds(1)).acrossWorkers("bank")
 * }</pre>
 *
 * <p>A limit holds for the activities together that it is given for. They wait in the store, and
 * keep nothing else waiting: they have slots of their own, beside those for all other activities,
 * and are fetched by themselves.
 *
 * <p>Without {@link #acrossWorkers} a limit holds in each worker by itself. With it, it holds for
 * all workers of the store that have a limit of the same name: each call then holds a lease of the
 * store while it runs, and each begin takes another one for the period of the rate. What a killed
 * worker held is free when its leases have ended.
 *
 * @param most how many may run at once, from 1; null for as many as the worker runs activities
 * @param starts how many may begin in one period, from 1; null for any number. Holds for every
 *     stretch of time of that length, and not only from second to second
 * @param period the period; null where there is no rate
 * @param name under which name the limit is shared with other workers; null when it is not
 */
public record ActivityLimit(
    @Nullable Integer most,
    @Nullable Integer starts,
    @Nullable Duration period,
    @Nullable String name) {

  /** A shared limit looks for a free lease among so many. */
  private static final int MOST_SHARED = 1_000;

  private static final int LONGEST_NAME = 200;
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);
  private static final Duration LONGEST_PERIOD = Duration.ofDays(1);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when a number is below 1, the period is shorter than a
   *     millisecond or longer than a day, nothing is limited, or a shared limit has more than 1,000
   *     at once or in a period, or a name that is empty or longer than 200 characters
   */
  public ActivityLimit {
    check("concurrent", most);
    check("rate", starts);
    if (most == null && starts == null) {
      throw new IllegalArgumentException("the limit limits nothing");
    }
    if ((starts == null) != (period == null)) {
      throw new IllegalArgumentException("a rate has a number and a period");
    }
    if (period != null
        && (period.compareTo(SHORTEST_PERIOD) < 0 || period.compareTo(LONGEST_PERIOD) > 0)) {
      throw new IllegalArgumentException(
          "the period is " + period + "; it may be from 1 ms to a day");
    }
    if (name != null) {
      checkShared(most, starts, name);
    }
  }

  private static void check(String what, @Nullable Integer number) {
    if (number != null && number < 1) {
      throw new IllegalArgumentException(what + " is " + number + "; it starts at 1");
    }
  }

  private static void checkShared(@Nullable Integer most, @Nullable Integer starts, String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "the name of a shared limit has %d characters; it may have 1 to %d"
              .formatted(name.length(), LONGEST_NAME));
    }
    if ((most != null && most > MOST_SHARED) || (starts != null && starts > MOST_SHARED)) {
      throw new IllegalArgumentException(
          "the limit \"%s\" is shared by workers, and may be %d at most"
              .formatted(name, MOST_SHARED));
    }
  }

  /**
   * Limits how many run at once.
   *
   * @param most how many, from 1
   * @return the limit, for each worker by itself
   * @throws IllegalArgumentException when it is below 1
   */
  public static ActivityLimit concurrent(int most) {
    return new ActivityLimit(most, null, null, null);
  }

  /**
   * Limits how many begin in every stretch of time of one length.
   *
   * @param starts how many, from 1
   * @param period the length, from 1 ms to a day
   * @return the limit, for each worker by itself
   * @throws IllegalArgumentException when one is out of range
   */
  public static ActivityLimit rate(int starts, Duration period) {
    return new ActivityLimit(null, starts, period, null);
  }

  /**
   * Returns the same limit with another rate.
   *
   * @param starts how many may begin in every stretch of time of one length, from 1
   * @param period the length, from 1 ms to a day
   * @return a new limit
   * @throws IllegalArgumentException when one is out of range
   */
  public ActivityLimit withRate(int starts, Duration period) {
    return new ActivityLimit(most, starts, period, name);
  }

  /**
   * Returns the same limit for all workers of the store together. All of them give it the same name
   * and the same numbers. Costs two commits for each call that a limit of concurrency holds for,
   * and one for each that a rate does. Needs a store that declares {@link
   * dev.holdfast.provider.Feature#LEASES}.
   *
   * @param name the name of the limit, 1 to 200 characters
   * @return a new limit
   * @throws IllegalArgumentException when the name is too long, or a number above 1,000
   */
  public ActivityLimit acrossWorkers(String name) {
    return new ActivityLimit(most, starts, period, name);
  }
}
