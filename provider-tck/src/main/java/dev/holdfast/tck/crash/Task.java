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
   * Runs instances whose ids begin with its argument, with locks for as many nanoseconds as its
   * second argument says, and stores changes with every ack and alone, by several threads, until it
   * is killed. Says what it is going to do and what was answered.
   */
  CHANGE,
  /**
   * Works on one run by several threads until it is killed: with its arguments, a prefix of message
   * ids, nanoseconds of locks and a seed. Says what was done.
   */
  RUN,
  /**
   * Delivers as many inputs to the run of its first argument as its third one says, by as many
   * threads as its second one says, says what was answered, and ends.
   */
  DELIVER,
  /** Suspends the run of its argument in a turn, says {@code suspended}, and waits to be killed. */
  SUSPEND,
  /**
   * Uses the inputs of the run of its argument, one in each turn, says which, and {@code used all}
   * in the end.
   */
  USE_INPUTS,
  /**
   * Fetches a message of the inbox of the run that its first argument names, for as many
   * nanoseconds as its second one says, says {@code locked} and the number of its token, and waits
   * to be killed.
   */
  INBOX_HOLD,
  /**
   * Appends messages whose ids begin with its first argument to one inbox, and by other threads
   * fetches them for as many nanoseconds as its second argument says, consumes them in acks with
   * their effect, and cleans up, until it is killed. Says what it has appended and consumed.
   */
  INBOX,
  /**
   * Appends events with keys that begin with its argument to two streams, alone and in lists, by
   * two threads, until it is killed. Says what was answered.
   */
  STREAM,
  /**
   * Appends events with inline rows, folds them into two generations, switches these, and makes and
   * drops generations, by several threads, until it is killed. Says what was answered.
   */
  PROJECTION,
  /**
   * Hears the URL of the driver and the table of the caller; in one transaction after the other
   * folds an event in and writes a row of the caller for it, until it is killed. Says how far it
   * has come.
   */
  PROJECTION_OF_CALLER,
  /**
   * Appends events to a few streams by as many threads as its third argument says, with arguments
   * as {@link #WORK} otherwise, and reads the log for each further argument, until it is killed.
   * Says what was answered.
   */
  LOG,
  /**
   * Archives streams in small steps, through the version of its argument, until it is killed. Says
   * which step is done.
   */
  ARCHIVE,
  /**
   * Reads the stream of its arguments and the log, both ways and in the largest pages, says {@code
   * read}, how many events there were and a sum of their bytes for each, and ends.
   */
  READ_ALL,
  /** Deletes in bulk, two roots per call, until it is killed, and says what was deleted. */
  DELETE,
  /**
   * Announces each call before it makes it, with arguments as {@link #WORK}, until it is killed.
   */
  ANNOUNCE
}
