// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import java.util.Map;

/**
 * How much is queued; every queued row is in exactly one bucket of its queue (ADMIN-20).
 *
 * @param messages the orchestrator queue
 * @param activities the worker queue; none of it is ever unstarted
 * @param activitiesByTag the worker queue by tag; activities without a tag are in none. Empty where
 *     tags are not declared
 * @param activitiesInForeignSessions activities whose session is held by some owner right now; 0
 *     where sessions are not declared
 */
public record QueueDepths(
    Buckets messages,
    Buckets activities,
    Map<String, Buckets> activitiesByTag,
    long activitiesInForeignSessions) {

  /** Copies the map. */
  public QueueDepths {
    activitiesByTag = Map.copyOf(activitiesByTag);
  }

  /**
   * Rows by what keeps them, tested in this order.
   *
   * @param delayed not visible yet, or held back until a later moment
   * @param unstarted messages of an instance without row, history and visible start
   * @param locked their instance or activity is under a live lock
   * @param ready nothing keeps them
   */
  public record Buckets(long delayed, long unstarted, long locked, long ready) {
    /** {@return the number of all rows, which is the sum of the buckets} */
    public long total() {
      return delayed + unstarted + locked + ready;
    }
  }
}
