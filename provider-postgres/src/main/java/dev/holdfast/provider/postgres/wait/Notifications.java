// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.postgres.connect.Connections;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.WorkSignal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes that work may be ready, and listens to them, so that waiting fetches poll
 * less often. Best effort: what is lost here is found by polling.
 *
 * <p>A NOTIFY inside the transaction of an ack would make all commits of the database wait for each
 * other. So they are sent afterwards, many as one, further apart the more there is to tell and the
 * longer it takes, and not at all while there is nothing to tell or nobody else listens.
 * Thread-safe.
 */
public final class Notifications implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

  // It is a commit like any other, but need not survive a crash.
  private static final String TELL =
      "SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, ?)";

  private static final int LISTEN_MILLIS = 60_000;
  private static final long RECONNECT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int ORCHESTRATIONS = 1;
  private static final int ACTIVITIES = 2;
  private static final int ENDS = 4;
  private static final int EVENTS = 8;

  /** What the listening thread does now and then, on its connection. */
  @FunctionalInterface
  interface Chore {

    /**
     * Does it when it is time to; returns in how many milliseconds it is due again, or is overdue.
     */
    int doIfDue(Connection connection) throws SQLException;
  }

  private final Connections connections;
  private final String channel;
  private final WorkSignal orchestrations;
  private final WorkSignal activities;
  private final WorkSignal events;
  private final EndedSignal ended;
  private final List<Chore> chores;
  private final ThreadFactory senders;
  private final ThreadFactory listeners;
  private final String self = UUID.randomUUID().toString();
  private final AtomicInteger untold = new AtomicInteger();
  private final UntoldEnds untoldEnds = new UntoldEnds();
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock sending = new ReentrantLock();
  private @Nullable Connection sender;
  private volatile @Nullable Thread listener;
  private volatile @Nullable Connection listening;
  private final Listeners others;
  private final Pace pace = new Pace(System.nanoTime());
  private volatile boolean closed;
  private volatile boolean senderIsOutdated;
  private volatile boolean looksInstead;

  /**
   * Creates the notifications of one handle; nothing is opened before a fetch waits or a call
   * tells.
   *
   * @param schema the store's schema
   * @param chores what the listening thread does now and then
   */
  Notifications(
      Connections connections,
      String schema,
      WorkSignal orchestrations,
      WorkSignal activities,
      WorkSignal events,
      EndedSignal ended,
      List<Chore> chores) {
    this(
        connections,
        schema,
        orchestrations,
        activities,
        events,
        ended,
        chores,
        Thread.ofVirtual().name("holdfast-postgres-notify").factory(),
        Thread.ofPlatform().daemon().name("holdfast-postgres-listen").factory());
  }

  /**
   * Creates them with threads of the caller.
   *
   * @param senders makes a thread for each notification
   * @param listeners makes the thread that listens
   */
  Notifications(
      Connections connections,
      String schema,
      WorkSignal orchestrations,
      WorkSignal activities,
      WorkSignal events,
      EndedSignal ended,
      List<Chore> chores,
      ThreadFactory senders,
      ThreadFactory listeners) {
    this.senders = senders;
    this.listeners = listeners;
    this.connections = connections;
    this.channel = "holdfast_" + UUID.nameUUIDFromBytes(schema.getBytes(StandardCharsets.UTF_8));
    this.others = new Listeners(channel);
    this.orchestrations = orchestrations;
    this.activities = activities;
    this.events = events;
    this.ended = ended;
    this.chores = List.copyOf(chores);
  }

  /** Tells that instances may be ready. */
  public void tellOrchestrations() {
    tell(ORCHESTRATIONS);
  }

  /** Tells that activities may be ready. */
  public void tellActivities() {
    tell(ACTIVITIES);
  }

  /** Tells that events were appended. */
  public void tellEvents() {
    tell(EVENTS);
  }

  /** Tells that instances have ended. */
  public void tellEnded(List<String> ids) {
    untoldEnds.add(ids);
    tell(ENDS);
  }

  /** Called after commits, which must not fail because of a notification: never throws. */
  private void tell(int what) {
    boolean first = false;
    try {
      pace.called();
      first = untold.getAndUpdate(all -> all | what) == 0;
      if (first && !closed) {
        senders.newThread(this::send).start();
      }
    } catch (RuntimeException | Error e) {
      if (first) {
        untold.set(0); // or no thread would ever try again
      }
      notTold(e);
    }
  }

  private void send() {
    int what;
    try {
      pause();
    } finally {
      what = untold.getAndSet(0);
    }
    if (closed) {
      return;
    }
    try {
      send((char) ('0' + what) + " " + self + " " + untoldEnds.take());
    } catch (SQLException | RuntimeException | Error e) {
      notTold(e);
    }
  }

  private void pause() {
    long now = System.nanoTime();
    long wait = pace.next(now) - now;
    while (wait > 0 && !closed) {
      LockSupport.parkNanos(this, wait);
      now = System.nanoTime();
      wait = pace.next(now) - now;
    }
    pace.sending(now);
  }

  private static void notTold(Throwable e) {
    try {
      LOG.debug("others were not told of new work and will find it by looking", e);
    } catch (RuntimeException | Error unspeakable) {
      // There is no memory to log it, and nothing depends on it.
    }
  }

  private void send(String text) throws SQLException {
    sending.lock();
    try {
      if (senderIsOutdated) {
        senderIsOutdated = false;
        dropSender(true);
      }
      Connection connection = sender;
      if (connection == null) {
        connection = connections.getUnpooled();
        sender = connection;
      }
      if (!others.anyOther(connection)) {
        return;
      }
      long begun = System.nanoTime();
      try (PreparedStatement statement = connection.prepareStatement(TELL)) {
        statement.setString(1, channel);
        statement.setString(2, text);
        statement.execute();
      }
      pace.took(System.nanoTime() - begun);
    } catch (SQLException | RuntimeException | Error e) {
      dropSender(true);
      throw e;
    } finally {
      sending.unlock();
    }
    if (closed) {
      closeSender();
    }
  }

  private void closeSender() {
    sending.lock();
    try {
      dropSender(false);
    } finally {
      sending.unlock();
    }
  }

  /**
   * Gives the connection back.
   *
   * @param ofNoUse whether it is not to be reused
   */
  private void dropSender(boolean ofNoUse) {
    Connection connection = sender;
    sender = null;
    if (connection != null) {
      try (connection) {
        if (ofNoUse) {
          connections.discard(connection);
        }
      } catch (SQLException e) {
        LOG.debug("the connection for notifications could not be closed", e);
      }
    }
  }

  /**
   * Drops both connections: a call has noticed that their server takes no writes any more. It may
   * still deliver notifications, but other processes are on another server.
   */
  void beginAnewElsewhere() {
    senderIsOutdated = true;
    abortListening();
  }

  /** Begins to listen, unless that has begun. Never throws: waiting fetches poll all the same. */
  public void listen() {
    if (listens() || closed) {
      return;
    }
    lock.lock();
    try {
      if (!listens() && !closed) {
        Thread thread = listeners.newThread(this::hear);
        thread.start();
        listener = thread;
      }
    } catch (RuntimeException | Error e) {
      lookingInstead(e);
    } finally {
      lock.unlock();
    }
  }

  private boolean listens() {
    Thread thread = listener;
    return thread != null && thread.isAlive();
  }

  /** {@return whether there is a connection that listens now, on which the chores are done} */
  boolean isListening() {
    return listening != null;
  }

  private void hear() {
    while (!closed) {
      try {
        hearOnOneConnection();
      } catch (SQLException | RuntimeException | Error e) {
        // Nothing else would notice that this thread has ended.
        if (!closed) {
          lookingInstead(e);
          LockSupport.parkNanos(this, RECONNECT_NANOS);
        }
      }
    }
  }

  private void hearOnOneConnection() throws SQLException {
    try (Connection connection = connections.getUnpooled()) {
      try {
        listening = connection;
        hear(connection);
      } finally {
        listening = null;
        // A connection that listens must not be reused.
        connections.discard(connection);
      }
    }
  }

  private void hear(Connection connection) throws SQLException {
    others.enter(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN \"" + channel + "\"");
    }
    // What was told before is not known, so waiting fetches poll once.
    orchestrations.signal();
    activities.signal();
    events.signal();
    ended.anyMayHaveEnded();
    PGConnection pg = connection.unwrap(PGConnection.class);
    looksInstead = false;
    while (!closed) {
      int millis = LISTEN_MILLIS;
      for (Chore chore : chores) {
        millis = Math.min(millis, chore.doIfDue(connection));
      }
      // The driver takes 0 for as long as it takes.
      for (PGNotification notification : heard(pg, Math.max(1, millis))) {
        signal(notification.getParameter());
      }
    }
  }

  /** Logs that listening does not work, once until it has worked again. */
  private void lookingInstead(Throwable e) {
    try {
      if (looksInstead) {
        LOG.debug("listening for work of other processes begins anew", e);
      } else if (e instanceof SQLException) {
        looksInstead = true;
        LOG.warn(
            "listening for work of other processes is interrupted, which is found by looking until"
                + " then: {}",
            e.getMessage());
        LOG.debug("listening for work of other processes begins anew", e);
      } else {
        looksInstead = true;
        LOG.error("listening for work of other processes failed and begins anew", e);
      }
    } catch (RuntimeException | Error unspeakable) {
      // There is no memory to log it; listening begins anew nevertheless.
    }
  }

  private static PGNotification[] heard(PGConnection connection, int millis) throws SQLException {
    PGNotification[] heard = connection.getNotifications(millis);
    return heard == null ? new PGNotification[0] : heard;
  }

  private void signal(String text) {
    String[] parts = text.split(" ", 3);
    if (parts.length < 2 || parts[1].equals(self)) {
      return;
    }
    int what = parts[0].isEmpty() ? 0 : parts[0].charAt(0) - '0';
    if ((what & ORCHESTRATIONS) != 0) {
      orchestrations.signal();
    }
    if ((what & ACTIVITIES) != 0) {
      activities.signal();
    }
    if ((what & EVENTS) != 0) {
      events.signal();
    }
    if (parts.length == 3) {
      UntoldEnds.read(parts[2], ended);
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = listener;
    abortListening();
    closeSender();
    if (thread != null) {
      LockSupport.unpark(thread);
      joinQuietly(thread);
    }
  }

  private void abortListening() {
    Connection connection = listening;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("the listening connection could not be closed", e);
      }
    }
  }

  private static void joinQuietly(Thread thread) {
    boolean interrupted = false;
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
