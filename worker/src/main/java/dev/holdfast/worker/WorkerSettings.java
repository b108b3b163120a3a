// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of a worker. Immutable.
 *
 * @param maxConcurrentTurns how many turns run at once, from 1
 * @param maxConcurrentActivities how many activities run at once, from 1
 * @param lockFor how long work is locked, and by how much it is renewed; 100 ms or more
 * @param maxDeliveries after how many deliveries without a result work is poison, from 1
 * @param redelivery how long work that failed or cannot be done now is kept back
 * @param unrunnable what becomes of work that this worker cannot do although it is sound
 * @param closeGrace how long closing waits for what is under way; zero or more
 * @param routing which work it serves
 */
public record WorkerSettings(
    int maxConcurrentTurns,
    int maxConcurrentActivities,
    Duration lockFor,
    int maxDeliveries,
    RedeliveryBackoff redelivery,
    Unrunnable unrunnable,
    Duration closeGrace,
    Routing routing) {

  private static final Duration SHORTEST_LOCK = Duration.ofMillis(100);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public WorkerSettings {
    atLeastOne("maxConcurrentTurns", maxConcurrentTurns);
    atLeastOne("maxConcurrentActivities", maxConcurrentActivities);
    if (lockFor.compareTo(SHORTEST_LOCK) < 0) {
      throw new IllegalArgumentException("lockFor is " + lockFor + "; it starts at 100 ms");
    }
    atLeastOne("maxDeliveries", maxDeliveries);
    Objects.requireNonNull(redelivery, "redelivery");
    Objects.requireNonNull(unrunnable, "unrunnable");
    if (closeGrace.isNegative()) {
      throw new IllegalArgumentException("closeGrace is " + closeGrace + "; it starts at zero");
    }
    SessionSettings sessions = routing.sessions();
    if (sessions != null && sessions.idleAfter().compareTo(lockFor) < 0) {
      // A lock that is renewed counts as use of its session, and is renewed less often than that.
      throw new IllegalArgumentException(
          "sessions are idle after %s, which is shorter than locks of %s"
              .formatted(sessions.idleAfter(), lockFor));
    }
  }

  /**
   * {@return 64 turns and 64 activities at once, locks of 30 seconds, 10 deliveries, redelivery
   * after 1 second up to 1 minute, {@link Unrunnable#RELEASE}, 10 seconds to close, work without
   * tag and session, and executions of any pin}
   */
  public static WorkerSettings defaults() {
    return new WorkerSettings(
        64,
        64,
        Duration.ofSeconds(30),
        10,
        new RedeliveryBackoff(Duration.ofSeconds(1), Duration.ofMinutes(1)),
        Unrunnable.RELEASE,
        Duration.ofSeconds(10),
        Routing.plain());
  }

  /**
   * Returns the same settings with other numbers of turns and activities at once.
   *
   * @param turns how many turns, from 1
   * @param activities how many activities, from 1
   * @return new settings
   * @throws IllegalArgumentException when one is below 1
   */
  public WorkerSettings withConcurrency(int turns, int activities) {
    return new WorkerSettings(
        turns, activities, lockFor, maxDeliveries, redelivery, unrunnable, closeGrace, routing);
  }

  /**
   * Returns the same settings with another length of locks.
   *
   * @param lockFor 100 ms or more
   * @return new settings
   * @throws IllegalArgumentException when it is shorter
   */
  public WorkerSettings withLockFor(Duration lockFor) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  /**
   * Returns the same settings with another number of deliveries.
   *
   * @param maxDeliveries from 1
   * @return new settings
   * @throws IllegalArgumentException when it is below 1
   */
  public WorkerSettings withMaxDeliveries(int maxDeliveries) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  /**
   * Returns the same settings with another back-off of redeliveries.
   *
   * @param redelivery how long work is kept back
   * @return new settings
   */
  public WorkerSettings withRedelivery(RedeliveryBackoff redelivery) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  /**
   * Returns the same settings with another choice for work that cannot be done here.
   *
   * @param unrunnable what becomes of it
   * @return new settings
   */
  public WorkerSettings withUnrunnable(Unrunnable unrunnable) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  /**
   * Returns the same settings with another grace period of closing.
   *
   * @param closeGrace zero or more
   * @return new settings
   * @throws IllegalArgumentException when it is negative
   */
  public WorkerSettings withCloseGrace(Duration closeGrace) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  /**
   * Returns the same settings for other work.
   *
   * @param routing which work is served
   * @return new settings
   * @throws IllegalArgumentException when sessions are idle sooner than a lock ends
   */
  public WorkerSettings withRouting(Routing routing) {
    return new WorkerSettings(
        maxConcurrentTurns,
        maxConcurrentActivities,
        lockFor,
        maxDeliveries,
        redelivery,
        unrunnable,
        closeGrace,
        routing);
  }

  private static void atLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d; it starts at 1".formatted(what, value));
    }
  }
}
