// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.fixture.PlanReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of projections beside many rows and generations of others (PROJECTION-29). */
class ProjectionCostTest {

  private static final int OTHERS = 10_000;
  private static final StreamId STREAM = new StreamId("order", "17");

  @TempDir Path directory;

  @Test
  void noCallReadsWhatItDoesNotShow() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      PlanReader reader = store.planReader().orElseThrow();
      try (Provider provider = reader.open()) {
        fill(file);
        EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
        LogPosition at =
            streams
                .append(
                    AppendEvents.of(STREAM, Expected.any(), NewEvent.of("placed", Payload.empty())))
                .lastPosition();
        Projections projections = provider.capability(Projections.class).orElseThrow();
        Changes changes = provider.capability(Changes.class).orElseThrow();

        assertThat(reader.badPlans(() -> write(projections, changes, at))).isEmpty();
        assertThat(reader.badPlans(() -> read(projections, at))).isEmpty();
        assertThat(reader.badPlans(() -> end(projections, at))).isEmpty();
      }
    }
  }

  private static void write(Projections projections, Changes changes, LogPosition at) {
    projections.create("totals", 0, 2, LogPosition.START);
    projections.update(
        new UpdateProjection(
            "totals",
            1,
            List.of(
                RowChange.put("a", Payload.utf8("1")),
                RowChange.put("b", Payload.utf8("2")),
                new RowChange.Put("c", Payload.utf8("3"), 0L),
                RowChange.remove("a")),
            new Advance(0, LogPosition.START, at),
            List.of(new ParkedEvent(at, STREAM, 1, 1, "error", null)),
            List.of()),
        null);
    changes.apply(
        List.of(
            AppendEvents.of(STREAM, Expected.exists(), NewEvent.of("paid", Payload.empty())),
            new UpdateProjection("totals", 1, List.of(), null, List.of(), List.of(at))));
  }

  private static void read(Projections projections, LogPosition at) {
    assertThat(projections.row("totals", null, "b").checkpoints())
        .containsExactly(at, LogPosition.START);
    assertThat(projections.row("totals", 1, "a").row()).isNull();
    assertThat(projections.rows(RowRead.live("totals", 1).after("a")).rows())
        .extracting(ProjectionRow::key)
        .containsExactly("b");
    assertThat(projections.rows(new RowRead("totals", 1, "c", null, 5)).rows()).hasSize(1);
    assertThat(projections.parked("totals", 1, LogPosition.START, 5)).isEmpty();
    assertThat(projections.projection("totals")).isPresent();
  }

  private static void end(Projections projections, LogPosition at) {
    projections.create("totals", 1, 1, at);
    projections.makeLive("totals", 2, 1, at);
    assertThat(projections.drop("totals", 1, 1)).isEqualTo(new DropStep(1, false));
    assertThat(projections.drop("totals", 1, 2)).isEqualTo(new DropStep(1, true));
  }

  private static void fill(Path file) throws SQLException {
    String numbers =
        "(WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n LIMIT %d) SELECT k FROM n)"
            .formatted(OTHERS);
    for (String insert :
        List.of(
            "INSERT INTO holdfast_projection (name, live, newest) SELECT 'filled-' || k, 1, 1 FROM"
                + " :n",
            "INSERT INTO holdfast_generation (projection_key, generation) SELECT k, 1 FROM :n",
            "INSERT INTO holdfast_checkpoint SELECT k, 0, 0, 0 FROM :n",
            """
            INSERT INTO holdfast_projection_row (generation_key, key, version, size, value)
            SELECT k % 10, 'filled-' || k, k, 0, x'' FROM :n
            """,
            "INSERT INTO holdfast_parked_event SELECT k % 10, k, 'a', 'b', 1, 1, 1, '' FROM :n")) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        statement.executeUpdate(insert.replace(":n", numbers));
      }
    }
  }
}
