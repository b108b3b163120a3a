// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.connect.Connections;
import dev.holdfast.provider.postgres.schema.SchemaName;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.WorkSignal;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever goes wrong while telling and hearing, out of memory included: no caller notices, and the
 * next time it works. What is never heard is a failure.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NotificationsIT {

  private static final Duration LONG = Duration.ofHours(1);

  private final String schema = "notifications_" + UUID.randomUUID().toString().replace("-", "");

  /** Connections to the server; each of the first fails in its way. */
  private static final class Server implements Connections {
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger discarded = new AtomicInteger();
    private int readOnly;

    @Override
    public Connection get() throws SQLException {
      return getUnpooled();
    }

    @Override
    public Connection getUnpooled() throws SQLException {
      switch (failures.poll()) {
        case SQLException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {
          Location where = TestServer.get().admin();
          Connection connection =
              DriverManager.getConnection(where.jdbcUrl(), where.user(), where.password());
          if (made.getAndIncrement() < readOnly) {
            try (Statement statement = connection.createStatement()) {
              statement.execute("SET default_transaction_read_only = on");
            }
          }
          return connection;
        }
      }
    }

    @Override
    public void drop(Connection connection) {}

    @Override
    public void discard(Connection connection) {
      discarded.incrementAndGet();
    }

    @Override
    public void close() {}
  }

  /** Makes threads, but for the first. */
  private static ThreadFactory notTheFirst() {
    Queue<Error> failures = new ArrayDeque<>();
    failures.add(new OutOfMemoryError("injected: unable to create native thread"));
    return task -> {
      Error failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      return Thread.ofPlatform().daemon().unstarted(task);
    };
  }

  /** There is no memory to tell about it either. */
  private static final class Untellable extends OutOfMemoryError {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      throw new StackOverflowError("injected");
    }

    @Override
    public void printStackTrace(PrintStream out) {
      throw new StackOverflowError("injected");
    }
  }

  /** Somebody who waits, as far as it concerns what is told. */
  private final class Handle implements AutoCloseable {
    private final WorkSignal orchestrations = new WorkSignal(LONG, LONG);
    private final WorkSignal activities = new WorkSignal(LONG, LONG);
    private final WorkSignal events = new WorkSignal(LONG, LONG);
    private final EndedSignal ended = new EndedSignal(LONG, LONG);
    private final Notifications notifications;

    Handle(Connections connections, ThreadFactory senders, ThreadFactory listeners) {
      this(connections, List.of(), senders, listeners);
    }

    Handle(
        Connections connections,
        List<Notifications.Chore> chores,
        ThreadFactory senders,
        ThreadFactory listeners) {
      notifications =
          new Notifications(
              connections,
              schema,
              orchestrations,
              activities,
              events,
              ended,
              chores,
              senders,
              listeners);
    }

    /** Waits until it listens, from where nothing is lost. */
    void awaitListening() {
      while (orchestrations.signals() == 0 || activities.signals() == 0 || events.signals() == 0) {
        Thread.onSpinWait();
      }
    }

    void awaitTold(long before) {
      while (orchestrations.signals() == before) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      notifications.close();
    }
  }

  private static ThreadFactory threads() {
    return Thread.ofPlatform().daemon().factory();
  }

  @Test
  void whoCouldNotBeToldIsToldTheNextTime() {
    try (Handle hears = new Handle(new Server(), threads(), threads());
        Handle tells = new Handle(new Server(), notTheFirst(), threads())) {
      hears.notifications.listen();
      hears.awaitListening();
      long before = hears.orchestrations.signals();

      tells.notifications.tellActivities();
      tells.notifications.tellOrchestrations();

      hears.awaitTold(before);
    }
  }

  @Test
  void whateverEndsOneNotificationDoesNotEndTheOthers() {
    Server server = new Server();
    server.failures.add(new Untellable());
    try (Handle hears = new Handle(new Server(), threads(), threads());
        Handle tells = new Handle(server, threads(), threads())) {
      hears.notifications.listen();
      hears.awaitListening();
      long before = hears.orchestrations.signals();

      tells.notifications.tellActivities();
      while (!server.failures.isEmpty()) {
        Thread.onSpinWait();
      }
      tells.notifications.tellOrchestrations();

      hears.awaitTold(before);
    }
  }

  @Test
  void whoFindsNoThreadToListenWithFindsItTheNextTime() {
    try (Handle hears = new Handle(new Server(), threads(), notTheFirst())) {
      hears.notifications.listen();
      assertThat(hears.orchestrations.signals()).isZero();
      hears.notifications.listen();
      hears.awaitListening();
    }
  }

  @Test
  void whateverEndsListeningItBeginsAnew() {
    Server server = new Server();
    server.failures.add(new SQLException("cannot execute LISTEN during recovery", "25006"));
    server.failures.add(new IllegalStateException("injected"));
    server.failures.add(new Untellable());
    try (Handle hears = new Handle(server, threads(), threads())) {
      hears.notifications.listen();
      hears.awaitListening();
    }
    assertThat(server.discarded).as("connections that have listened").hasValue(1);
  }

  @Test
  void whoListensDoesAtOnceWhatIsOverdue() {
    AtomicInteger times = new AtomicInteger();
    Notifications.Chore overdue =
        connection -> {
          times.incrementAndGet();
          return 0;
        };
    try (Handle hears = new Handle(new Server(), List.of(overdue), threads(), threads())) {
      hears.notifications.listen();
      while (times.get() < 3) {
        Thread.onSpinWait();
      }
    }
  }

  /** Which goes on delivering, but nobody tells it anything any more. */
  @Test
  void whoListensLeavesAServerThatTakesNoWrites() {
    Providers.open(TestServer.get().admin().url() + "?schema=" + schema).close();
    Server server = new Server();
    server.readOnly = 2;
    Takeover takeover =
        new Takeover(new SchemaName(schema), Duration.ofSeconds(5), () -> {}, () -> {});
    try (Handle hears = new Handle(server, List.of(takeover::lookIfDue), threads(), threads())) {
      hears.notifications.listen();
      while (server.made.get() <= server.readOnly) {
        Thread.onSpinWait();
      }
    } finally {
      TestServer.get().execute("DROP SCHEMA %s CASCADE".formatted(schema));
    }
  }
}
