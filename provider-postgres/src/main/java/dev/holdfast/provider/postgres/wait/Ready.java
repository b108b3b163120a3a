// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that work may be ready: to waiting fetches of this handle, and to other processes.
 * Thread-safe.
 */
public final class Ready implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ready.class);

  private final WorkSignal orchestrations;
  private final WorkSignal activities;
  private final WorkSignal events;
  private final EndedSignal ended;
  private final Notifications notifications;
  private final boolean listen;

  /**
   * Creates it for one handle.
   *
   * @param minPollInterval see {@link WorkSignal}
   * @param maxPollInterval see {@link WorkSignal}
   * @param listen whether to listen to other processes and tell them
   * @param takeover how long other owners must be missing before a listening handle takes over;
   *     null: never
   */
  public Ready(
      Database database,
      Duration minPollInterval,
      Duration maxPollInterval,
      boolean listen,
      @Nullable Duration takeover) {
    orchestrations = new WorkSignal(minPollInterval, maxPollInterval);
    activities = new WorkSignal(minPollInterval, maxPollInterval);
    events = new WorkSignal(minPollInterval, maxPollInterval);
    ended = new EndedSignal(minPollInterval, maxPollInterval);
    notifications =
        new Notifications(
            database.connections(),
            database.schema().name(),
            orchestrations,
            activities,
            events,
            ended,
            chores(database, takeover));
    this.listen = listen;
    database.whenServerIsOfNoUse(notifications::beginAnewElsewhere);
    database.whileSomebodyListens(notifications::isListening);
  }

  private List<Notifications.Chore> chores(Database database, @Nullable Duration takeover) {
    Notifications.Chore guard = database.guard()::lookIfDue;
    return takeover == null
        ? List.of(guard)
        : List.of(
            guard,
            new Takeover(
                    database.schema(), takeover, this::orchestrationsMayBe, this::activitiesMayBe)
                ::lookIfDue);
  }

  /** {@return the signal for fetches that wait for instances} */
  public WorkSignal orchestrations() {
    return orchestrations;
  }

  /** {@return the signal for fetches that wait for activities} */
  public WorkSignal activities() {
    return activities;
  }

  /** {@return the signal for reads that wait for events} */
  public WorkSignal events() {
    return events;
  }

  /** Waiting for instances to end. */
  public EndedSignal ended() {
    return ended;
  }

  /** Tells other processes of instances that have ended. */
  public void tellEnded(List<String> ids) {
    if (listen && !ids.isEmpty()) {
      notifications.tellEnded(ids);
    }
  }

  /** Tells that instances may be ready. */
  public void orchestrationsMayBe() {
    orchestrations.signal();
    if (listen) {
      notifications.tellOrchestrations();
    }
  }

  /** Tells that activities may be ready. */
  public void activitiesMayBe() {
    activities.signal();
    if (listen) {
      notifications.tellActivities();
    }
  }

  /** Tells that events may be there. */
  public void eventsMayBe() {
    events.signal();
    if (listen) {
      notifications.tellEvents();
    }
  }

  /**
   * Tells that anything may be ready after a commit, when it could not be found out what is.
   *
   * @param problem why not
   */
  public void anythingMayBe(Throwable problem) {
    orchestrationsMayBe();
    activitiesMayBe();
    eventsMayBe();
    LOG.warn("what a commit has made ready is found by looking", problem);
  }

  /** Begins to listen, if configured: a fetch is going to wait. */
  public void listen() {
    if (listen) {
      notifications.listen();
    }
  }

  @Override
  public void close() {
    orchestrations.close();
    activities.close();
    events.close();
    ended.close();
    notifications.close();
  }
}
