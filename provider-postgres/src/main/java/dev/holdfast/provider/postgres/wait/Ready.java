// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is said that work may be ready: to those who wait in this handle, and to other
 * processes. Thread-safe.
 */
public final class Ready implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ready.class);

  private final WorkSignal orchestrations;
  private final WorkSignal activities;
  private final EndedSignal ended;
  private final Notifications notifications;
  private final boolean listen;

  /**
   * Creates it for one handle.
   *
   * @param minPollInterval see {@link WorkSignal}
   * @param maxPollInterval see {@link WorkSignal}
   * @param listen whether to listen to other processes and tell them
   * @param takeover how long others must be missing before a listening handle takes over; null:
   *     never
   */
  public Ready(
      Database database,
      Duration minPollInterval,
      Duration maxPollInterval,
      boolean listen,
      @Nullable Duration takeover) {
    orchestrations = new WorkSignal(minPollInterval, maxPollInterval);
    activities = new WorkSignal(minPollInterval, maxPollInterval);
    ended = new EndedSignal(minPollInterval, maxPollInterval);
    notifications =
        new Notifications(
            database.connections(),
            database.schema().name(),
            orchestrations,
            activities,
            ended,
            takeover == null
                ? null
                : new Takeover(
                    database.schema(), takeover, this::orchestrationsMayBe, this::activitiesMayBe));
    this.listen = listen;
    database.whenServerIsOfNoUse(notifications::beginAnewElsewhere);
  }

  /** Waiting for instances. */
  public WorkSignal orchestrations() {
    return orchestrations;
  }

  /** Waiting for activities. */
  public WorkSignal activities() {
    return activities;
  }

  /** Waiting for instances to end. */
  public EndedSignal ended() {
    return ended;
  }

  /** Acks were applied: tells of the instances that they ended. */
  public void ended(List<OrchestrationAck> acks, List<AckResult> results) {
    List<String> ids = ended.signal(acks, results);
    if (listen && !ids.isEmpty()) {
      notifications.tellEnded(ids);
    }
  }

  /** Instances may be ready. */
  public void orchestrationsMayBe() {
    orchestrations.signal();
    if (listen) {
      notifications.tellOrchestrations();
    }
  }

  /** Activities may be ready. */
  public void activitiesMayBe() {
    activities.signal();
    if (listen) {
      notifications.tellActivities();
    }
  }

  /**
   * Something may be ready behind a commit, and what it is could not be found out.
   *
   * @param problem why not
   */
  public void anythingMayBe(Throwable problem) {
    orchestrationsMayBe();
    activitiesMayBe();
    LOG.warn("what a commit has made ready is found by looking", problem);
  }

  /** Somebody is going to wait. */
  public void listen() {
    if (listen) {
      notifications.listen();
    }
  }

  @Override
  public void close() {
    orchestrations.close();
    activities.close();
    ended.close();
    notifications.close();
  }
}
