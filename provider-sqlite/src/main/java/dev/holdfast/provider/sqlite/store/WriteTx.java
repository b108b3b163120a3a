// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * The write transaction under way: its session, the clock, the store-wide counter, and what it made
 * ready. Used by the leader's thread only.
 */
public final class WriteTx {

  private static final String READ_COUNTER = "SELECT value FROM holdfast_counter WHERE id = 1";
  private static final String WRITE_COUNTER = "UPDATE holdfast_counter SET value = ? WHERE id = 1";

  private final Session session;
  private final InstantSource clock;
  private final long owner;
  private long counter = -1;
  private boolean counterMoved;
  private final Set<Long> readyInstances = new HashSet<>();
  private boolean activitiesReady;
  private boolean appended;

  WriteTx(Session session, InstantSource clock, long owner) {
    this.session = session;
    this.clock = clock;
    this.owner = owner;
  }

  /** {@return the session to run statements on} */
  public Session session() {
    return session;
  }

  /** {@return the store's now, in microseconds since 1970} */
  public long now() {
    return StoreTime.toMicros(clock.instant());
  }

  /**
   * Returns the next number of the store: greater than every one returned before, in any process.
   */
  public long next() throws SQLException {
    if (counter < 0) {
      Long stored = session.number(READ_COUNTER);
      if (stored == null) {
        throw new SQLException("the counter row is missing");
      }
      counter = stored;
    }
    counterMoved = true;
    return ++counter;
  }

  /** {@return the value that marks a lock as this handle's} */
  public long lockOwner(long epoch) {
    return owner + epoch;
  }

  /** Notes that waiting fetches should poll for an instance after the commit. */
  public void orchestrationMayBeReady(long instanceKey) {
    readyInstances.add(instanceKey);
  }

  /** Notes that an instance was locked, so that no fetch needs to poll for it. */
  public void orchestrationTaken(long instanceKey) {
    readyInstances.remove(instanceKey);
  }

  /** Notes that waiting fetches of activity items should poll again after the commit. */
  public void activitiesMayBeReady() {
    activitiesReady = true;
  }

  /** Notes that readers of the log should look again after the commit. */
  public void eventsAppended() {
    appended = true;
  }

  boolean appended() {
    return appended;
  }

  boolean orchestrationsReady() {
    return !readyInstances.isEmpty();
  }

  boolean activitiesReady() {
    return activitiesReady;
  }

  /** Writes back what was kept in memory; the last thing before the commit. */
  void flush() throws SQLException {
    if (counterMoved) {
      session.update(WRITE_COUNTER, counter);
    }
  }
}
