// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.crash.Counting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Projections as tests use them, through one handle. Immutable.
 *
 * @param streams the streams
 * @param calls the calls of the feature
 */
record Projected(Streamed streams, Projections calls) {

  /** Ends a test of what only a provider with projections can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.PROJECTIONS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.PROJECTIONS.name());
    }
  }

  static Projected first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Projected second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  static List<Projected> several(StoreUnderTest store, int handles) {
    requireDeclared(store);
    return store.newHandles(handles).stream().map(Projected::of).toList();
  }

  static Projected of(Handle handle) {
    return new Projected(
        Streamed.of(handle),
        handle
            .provider()
            .capability(Projections.class)
            .orElseThrow(() ->
                Expect.violation(
                    "PROJECTIONS is declared, and not offered.", "Projections", "none")));
  }

  /** A position that no store has come to. */
  static LogPosition behind(LogPosition head) {
    return new LogPosition(head.major() + 1_000_000_000L, 0);
  }

  static Payload text(Object value) {
    return Payload.utf8(String.valueOf(value));
  }

  static RowChange put(String key, Object value) {
    return RowChange.put(key, text(value));
  }

  static UpdateProjection inline(String projection, RowChange... rows) {
    return UpdateProjection.inline(projection, 1, List.of(rows));
  }

  /** An update that moves shard 0. */
  static UpdateProjection moving(
      String projection, int generation, LogPosition from, LogPosition to, RowChange... rows) {
    return UpdateProjection.advancing(
        projection, generation, List.of(rows), new Advance(0, from, to));
  }

  /** An update of shard 0 that stays where it is. */
  UpdateProjection staying(String projection, int generation, RowChange... rows) {
    LogPosition at = checkpoint(projection, generation);
    return moving(projection, generation, at, at, rows);
  }

  /** An update of shard 0 that parks and unparks and stays where it is. */
  UpdateProjection parking(
      String projection, int generation, List<ParkedEvent> park, List<LogPosition> unpark) {
    LogPosition at = checkpoint(projection, generation);
    return new UpdateProjection(
        projection, generation, List.of(), new Advance(0, at, at), park, unpark);
  }

  /** Makes the next generation, with one shard from the start of the log. */
  int create(String projection, int newest) {
    return calls.create(projection, newest, 1, LogPosition.START);
  }

  ProjectionUpdated update(UpdateProjection update) {
    return calls.update(update, null);
  }

  /** Updates through a call that may meet others. */
  ProjectionUpdated meeting(UpdateProjection update) {
    return Contention.repeated(() -> update(update));
  }

  /** Expects an update to be refused, by the call of its own and as a change. */
  <E extends Permanent> E refused(String what, Class<E> type, UpdateProjection update) {
    Expect.thrown(what, type, () -> streams.changes().apply(List.of(update)));
    return Expect.thrown(what, type, () -> update(update));
  }

  ProjectionInfo info(String projection) {
    return calls
        .projection(projection)
        .orElseThrow(() -> Expect.violation("A projection is not there.", projection, "none"));
  }

  List<LogPosition> checkpoints(String projection, int generation) {
    return info(projection).generations().stream()
        .filter(one -> one.generation() == generation)
        .flatMap(one -> one.shards().stream())
        .map(ShardInfo::checkpoint)
        .toList();
  }

  LogPosition checkpoint(String projection, int generation) {
    return checkpoints(projection, generation).getFirst();
  }

  LogPosition head() {
    return streams.calls().head().position();
  }

  /** The text of a row, null when there is none. */
  @Nullable String value(String projection, @Nullable Integer generation, String key) {
    ProjectionRow row = calls.row(projection, generation, key).row();
    return row == null ? null : textOf(row);
  }

  /** The version of a row, 0 when there is none. */
  long version(String projection, @Nullable Integer generation, String key) {
    ProjectionRow row = calls.row(projection, generation, key).row();
    return row == null ? 0 : row.version();
  }

  static String textOf(ProjectionRow row) {
    return row.value().asUtf8();
  }

  /** All rows, read in pages. */
  List<ProjectionRow> all(String projection, @Nullable Integer generation) {
    return all(new RowRead(projection, generation, null, null, Streamed.PAGE));
  }

  List<ProjectionRow> all(RowRead read) {
    List<ProjectionRow> all = new ArrayList<>();
    RowRead next = read;
    while (true) {
      RowPage page = calls.rows(next);
      all.addAll(page.rows());
      String behind = page.nextKey();
      if (behind == null) {
        return all;
      }
      Expect.that("A page that is not the last one is empty.", !page.rows().isEmpty());
      next = next.after(behind);
    }
  }

  static List<String> keys(List<ProjectionRow> rows) {
    return rows.stream().map(ProjectionRow::key).toList();
  }

  Map<String, String> texts(String projection, @Nullable Integer generation) {
    Map<String, String> texts = new TreeMap<>();
    all(projection, generation).forEach(row -> texts.put(row.key(), textOf(row)));
    return texts;
  }

  /** Everything that can be read of a projection. */
  List<Object> snapshot(String projection) {
    List<Object> all = new ArrayList<>();
    all.add(calls.projection(projection));
    calls
        .projection(projection)
        .ifPresent(info ->
            info.generations()
                .forEach(one -> {
                  all.add(all(projection, one.generation()));
                  all.add(
                      calls.parked(projection, one.generation(), LogPosition.START, Streamed.PAGE));
                }));
    return all;
  }

  // ---- counting events by their stream

  /** The part of the log that lies behind a position and up to another one, counted by stream. */
  Map<String, String> counted(LogPosition from, LogPosition to) {
    Map<String, Long> counts = new TreeMap<>();
    for (StreamEvent event : streams.behind(from, LogFilter.all(), Streamed.PAGE)) {
      if (!event.position().isAfter(to)) {
        counts.merge(event.stream().id(), 1L, Long::sum);
      }
    }
    Map<String, String> texts = new TreeMap<>();
    counts.forEach((key, count) -> texts.put(key, String.valueOf(count)));
    return texts;
  }

  /** Expects the rows to be the counts of the log up to the checkpoint. */
  void expectCounted(String what, String projection, int generation) {
    Expect.equal(
        what,
        counted(LogPosition.START, checkpoint(projection, generation)),
        texts(projection, generation));
  }

  /** The update that counts the next page behind the checkpoint of shard 0. */
  UpdateProjection nextPage(String projection, int generation, int limit) {
    LogPosition from = checkpoint(projection, generation);
    LogPage page = streams.calls().readLog(LogRead.after(from, limit));
    return UpdateProjection.advancing(
        projection,
        generation,
        Counting.rows(calls, projection, generation, page.events(), true),
        new Advance(0, from, page.next()));
  }

  /** Counts until the end of the log is reached. */
  void countAll(String projection, int generation) {
    while (checkpoint(projection, generation).isBefore(head())) {
      meeting(nextPage(projection, generation, Streamed.PAGE));
    }
  }
}
