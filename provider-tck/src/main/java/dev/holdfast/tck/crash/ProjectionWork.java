// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Projections that count events: one inline, one whose two generations are brought up by runners
 * and switched, and one whose generations are made, filled and dropped. Safe for its threads.
 */
public final class ProjectionWork {

  /** The projection whose rows are written with their events. */
  public static final String INLINE = "inline";

  /** The projection with two generations that runners bring up. */
  public static final String FOLDED = "folded";

  /** The projection whose generations come and go. */
  public static final String DROPPED = "dropped";

  private static final int ROWS = 20;
  private static final int PAGE = 3;

  private final EventStreams streams;
  private final Changes changes;
  private final Projections projections;
  private final Consumer<String> say;

  ProjectionWork(Provider provider, Consumer<String> say) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
    projections = provider.capability(Projections.class).orElseThrow();
    this.say = say;
  }

  /** Works until the process is killed. */
  void work() {
    Thread.ofPlatform().daemon().start(() -> forever(this::append));
    for (int generation : List.of(1, 1, 2)) {
      Thread.ofPlatform().daemon().start(() -> forever(() -> fold(generation)));
    }
    Thread.ofPlatform().daemon().start(() -> forever(this::comeAndGo));
    forever(this::switchOver);
  }

  private static void forever(Runnable step) {
    while (true) {
      try {
        step.run();
      } catch (Retryable | VersionConflict meanwhile) {
        // Another one was first, or it is not known: the next step reads where things are.
      }
    }
  }

  private void append() {
    for (int n = 0; ; n++) {
      StreamId stream = new StreamId("killed", "s" + n % 3);
      ProjectionRow row = projections.row(INLINE, null, stream.id()).row();
      long count = row == null ? 0 : Long.parseLong(row.value().asUtf8());
      RowChange put =
          new RowChange.Put(
              stream.id(),
              Payload.utf8(String.valueOf(count + 1)),
              row == null ? 0 : row.version());
      changes.apply(
          List.of(
              AppendEvents.of(stream, Expected.any(), NewEvent.of("event", Payload.utf8("data"))),
              UpdateProjection.inline(INLINE, 1, List.of(put))));
      say.accept("appended " + stream.id() + " " + (count + 1));
    }
  }

  private void fold(int generation) {
    ProjectionInfo info = projections.projection(FOLDED).orElseThrow();
    LogPosition from = info.generations().get(generation - 1).shards().getFirst().checkpoint();
    LogPage page = streams.readLog(LogRead.after(from, PAGE));
    List<ParkedEvent> park =
        page.events().stream()
            .filter(event -> event.version() % 2 == 0)
            .map(event -> ParkedEvent.of(event, 1, "even"))
            .toList();
    if (page.events().isEmpty()) {
      return;
    }
    projections.update(
        new UpdateProjection(
            FOLDED,
            generation,
            Counting.rows(projections, FOLDED, generation, page.events(), true),
            new Advance(0, from, page.next()),
            park,
            List.of()),
        null);
    say.accept("folded " + generation + " " + page.next());
  }

  private void switchOver() {
    int live = projections.projection(FOLDED).orElseThrow().live();
    projections.makeLive(FOLDED, 3 - live, live, LogPosition.START);
    say.accept("switched " + (3 - live));
  }

  private void comeAndGo() {
    int newest = projections.projection(DROPPED).orElseThrow().newest();
    int made = projections.create(DROPPED, newest, 1, LogPosition.START);
    projections.update(
        UpdateProjection.advancing(
            DROPPED,
            made,
            IntStream.range(0, ROWS)
                .mapToObj(n -> RowChange.put("row " + n, Payload.utf8("value")))
                .toList(),
            new Advance(0, LogPosition.START, LogPosition.START)),
        null);
    while (!projections.drop(DROPPED, made, PAGE).done()) {
      say.accept("dropping " + made);
    }
    say.accept("dropped " + made);
  }

  /**
   * Counts events in transactions of its own, with a row in a table of its own for each event,
   * until the process is killed.
   *
   * @param jdbcUrl how it connects
   * @param table its table
   */
  void workOnItsOwn(String jdbcUrl, String table) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      connection.setAutoCommit(false);
      while (true) {
        try {
          foldOnItsOwn(connection, table);
        } catch (Retryable | VersionConflict meanwhile) {
          connection.rollback();
        }
      }
    } catch (SQLException | Permanent e) {
      throw new IllegalStateException(e);
    }
  }

  private void foldOnItsOwn(Connection connection, String table) throws SQLException {
    ProjectionInfo info = projections.projection(FOLDED).orElseThrow();
    LogPosition from = info.generations().getFirst().shards().getFirst().checkpoint();
    LogPage page = streams.readLog(LogRead.after(from, 1));
    List<RowChange> rows = Counting.rows(projections, FOLDED, 1, page.events(), true);
    boolean before = page.next().major() % 2 == 0;
    if (before) {
      insert(connection, table, page);
    }
    projections.update(
        connection,
        UpdateProjection.advancing(FOLDED, 1, rows, new Advance(0, from, page.next())),
        null);
    if (!before) {
      insert(connection, table, page);
    }
    connection.commit();
    say.accept("folded 1 " + page.next());
  }

  private static void insert(Connection connection, String table, LogPage page)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO " + table + " (id) VALUES (?)")) {
      for (var event : page.events()) {
        statement.setString(1, event.position().toString());
        statement.executeUpdate();
      }
    }
  }
}
