// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

/** What a child JVM can do. Each says how it ends; all end when they are killed. */
public enum Task {
  /**
   * Says {@code factory ID} for each factory that {@link java.util.ServiceLoader} finds, and ends.
   */
  FACTORIES,
  /** Opens the store, says {@code identity ID VERSION}, and ends. */
  IDENTITY,
  /**
   * Says {@code ready}; told to go on, opens the store and says {@code opened}; told again, closes
   * it and ends.
   */
  OPEN,
  /**
   * Says {@code ready}; for each {@code next} and the target behind it says {@code armed}; told to
   * go on, opens that store and says {@code opened BEGIN END}, in nanoseconds of the system's
   * clock; told again, closes it. Ends at {@code end}.
   */
  OPEN_EACH,
  /**
   * Creates the instance that its argument names, says {@code created PID}, and waits to be killed.
   */
  CREATE,
  /**
   * Opens the store and says {@code ready}; for each line it hears, enqueues a start of that
   * instance and says so.
   */
  ENQUEUE,
  /**
   * Fetches everything of both queues for as many nanoseconds as its argument says, and waits to be
   * killed.
   */
  HOLD,
  /**
   * Fetches everything of both queues for as many nanoseconds as its argument says, and says {@code
   * held} and the tokens; told to go on, acks all of it and says {@code acked} and the answers.
   */
  HOLD_AND_ACK,
  /**
   * Acquires the lease that its first argument names for as many nanoseconds as its second one
   * says, says {@code leased} and the number of its token, and waits to be killed.
   */
  LEASE,
  /**
   * Says {@code ready}; told to go on, offers audit entries until one is dropped and then as many
   * more as its argument says, and says {@code full} and how many were taken; told again, flushes,
   * says {@code flushed} and whether all is stored, and ends.
   */
  AUDIT,
  /**
   * Works with its arguments, a prefix, nanoseconds of locks and a seed, until it is killed, and
   * says what was acknowledged.
   */
  WORK,
  /**
   * Starts instances whose ids begin with its argument, schedules and completes activities, all
   * with claims for as many nanoseconds as its second argument says, until it is killed. Says what
   * it is going to do and what it has claimed.
   */
  CLAIM,
  /**
   * Runs orchestrations whose ids begin with its argument by turns ahead, all with claims for as
   * many nanoseconds as its second argument says, until it is killed. Says which it starts and
   * which turns were applied.
   */
  AHEAD,
  /**
   * Hears the URL of the driver and the table of the caller; in one transaction after the other
   * writes a row whose id begins with its argument and posts a start of that instance, until it is
   * killed, and says what is committed.
   */
  POST,
  /**
   * Applies changes, two starts whose ids begin with its argument in each list, by several threads,
   * until it is killed, and says what has returned.
   */
  CHANGE,
  /** Deletes in bulk, two roots per call, until it is killed, and says what was deleted. */
  DELETE,
  /**
   * Announces each call before it makes it, with arguments as {@link #WORK}, until it is killed.
   */
  ANNOUNCE
}
