// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

/**
 * What a schedule does about runs that it has missed, because no worker was there to start them. A
 * run is missed when it could not be started within a minute after it was due, its jitter not
 * counted; what is less late starts in any case.
 *
 * @param limit how many of the missed runs are made up for, the latest ones, from 0 to 1000
 */
public record CatchUp(int limit) {

  /** Missed runs are left out. */
  public static final CatchUp NONE = new CatchUp(0);

  /** The latest missed run is made up for, the ones before it are left out. */
  public static final CatchUp LAST = new CatchUp(1);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException when it is out of range
   */
  public CatchUp {
    if (limit < 0 || limit > 1000) {
      throw new IllegalArgumentException("the limit is " + limit + "; it goes from 0 to 1000");
    }
  }

  /**
   * Makes up for all missed runs, one after another from the earliest on, as far as the overlap
   * policy lets them: with {@link Overlap#SKIP} those that come while the first one runs are left
   * out.
   *
   * @param limit how many at most, from 1 to 1000; of more than that, the latest ones
   * @return the policy
   * @throws IllegalArgumentException when it is out of range
   */
  public static CatchUp all(int limit) {
    return new CatchUp(limit);
  }
}
