// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.rules.ProjectionAction.Append;
import dev.holdfast.tck.rules.ProjectionAction.Create;
import dev.holdfast.tck.rules.ProjectionAction.Drop;
import dev.holdfast.tck.rules.ProjectionAction.MakeLive;
import dev.holdfast.tck.rules.ProjectionAction.Row;
import dev.holdfast.tck.rules.ProjectionAction.Rows;
import dev.holdfast.tck.rules.ProjectionAction.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of two stores that are told alike, and speaks of positions and versions in a way that is the
 * same in both. Used by one thread.
 */
final class ProjectionSide {

  private static final long NEVER = 1_000_000_000L;
  private static final int MANY = 100;

  private final Changes changes;
  private final EventStreams log;
  private final Projections calls;
  private final boolean withTimes;
  private final List<LogPosition> at = new ArrayList<>(List.of(LogPosition.START));
  private final List<StreamId> streams = new ArrayList<>();
  private final Map<String, List<Long>> versions = new HashMap<>();

  /**
   * A store.
   *
   * @param withTimes whether moments are the same on both sides
   */
  ProjectionSide(Provider provider, boolean withTimes) {
    changes = provider.capability(Changes.class).orElseThrow();
    log = provider.capability(EventStreams.class).orElseThrow();
    calls = provider.capability(Projections.class).orElseThrow();
    this.withTimes = withTimes;
  }

  /** How many events there are. */
  int events() {
    return at.size() - 1;
  }

  Optional<ProjectionInfo> info(String projection) {
    return calls.projection(projection);
  }

  /** The number of a position. */
  int number(LogPosition position) {
    return at.indexOf(position);
  }

  /** The numbers of the events that are parked. */
  List<Integer> parked(String projection, int generation) {
    return calls.parked(projection, generation, LogPosition.START, MANY).stream()
        .map(event -> number(event.position()))
        .toList();
  }

  /** What came of an action, "refused" for each error: which of several is said first is open. */
  String perform(ProjectionAction action) {
    try {
      return done(action);
    } catch (Permanent refused) {
      return "refused";
    }
  }

  private String done(ProjectionAction action) {
    return switch (action) {
      case Append append -> append(append);
      case Create(String name, int newest, int shards, int startAfter) ->
          "made " + calls.create(name, newest, shards, position(startAfter));
      case Update update -> {
        UpdateProjection asked = asked(update);
        yield told(asked, calls.update(asked, null));
      }
      case MakeLive(String name, int generation, int live, Integer atLeast) -> {
        calls.makeLive(name, generation, live, atLeast == null ? null : position(atLeast));
        yield "switched";
      }
      case Drop(String name, int generation, int limit) ->
          calls.drop(name, generation, limit).toString();
    };
  }

  private String append(Append append) {
    StreamId stream = Streamed.stream(append.stream());
    List<Change> list = new ArrayList<>(List.of(Streamed.append(stream, 1)));
    Rows inline = append.inline();
    if (inline != null) {
      list.add(UpdateProjection.inline(inline.projection(), inline.generation(), rows(inline)));
    }
    List<ChangeResult> results = changes.apply(list);
    at.add(((Appended) results.getFirst()).lastPosition());
    streams.add(stream);
    return results.size() == 1
        ? "appended"
        : told((UpdateProjection) list.get(1), (ProjectionUpdated) results.get(1));
  }

  private LogPosition position(int number) {
    return number < at.size() ? at.get(number) : Projected.behind(log.head().position());
  }

  private UpdateProjection asked(Update update) {
    return new UpdateProjection(
        update.rows().projection(),
        update.rows().generation(),
        rows(update.rows()),
        new Advance(update.shard(), position(update.from()), position(update.to())),
        update.park().stream().map(this::parked).toList(),
        update.unpark().stream().map(this::position).toList());
  }

  private ParkedEvent parked(int number) {
    StreamId stream =
        number >= 1 && number <= streams.size()
            ? streams.get(number - 1)
            : Streamed.stream("unknown");
    return new ParkedEvent(position(number), stream, 1, number, "error " + number, null);
  }

  private List<RowChange> rows(Rows rows) {
    return rows.rows().stream().map(row -> row(rows, row)).toList();
  }

  private RowChange row(Rows rows, Row row) {
    Long seen = row.seen() == null ? null : version(rows, row.key(), row.seen());
    return row.value() == null
        ? new RowChange.Remove(row.key(), seen)
        : new RowChange.Put(row.key(), Projected.text(row.value()), seen);
  }

  private long version(Rows rows, String key, int back) {
    List<Long> known =
        versions.getOrDefault(rows.projection() + rows.generation() + key, List.of());
    return back == 0 ? 0 : back > known.size() ? NEVER : known.get(known.size() - back);
  }

  private String told(UpdateProjection update, ProjectionUpdated updated) {
    List<String> told = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    for (int n = 0; n < update.rows().size(); n++) {
      last.put(update.rows().get(n).key(), updated.rowVersions().get(n));
    }
    last.forEach((key, version) -> {
      if (version > 0) {
        versions
            .computeIfAbsent(
                update.projection() + update.generation() + key, any -> new ArrayList<>())
            .add(version);
      }
      ProjectionRow row = calls.row(update.projection(), update.generation(), key).row();
      long stored = row == null ? 0 : row.version();
      told.add(key + (version == 0 ? " gone" : " put") + (stored == version ? "" : " otherwise"));
    });
    return told.stream().sorted().toList().toString();
  }

  private List<String> rows(String projection, @Nullable Integer generation) {
    return calls.rows(new RowRead(projection, generation, null, null, MANY)).rows().stream()
        .map(row -> row.key() + "=" + Projected.textOf(row))
        .toList();
  }

  /** All that can be read of a projection. */
  List<String> state(String projection) {
    List<String> state = new ArrayList<>();
    Optional<ProjectionInfo> found = calls.projection(projection);
    if (found.isEmpty()) {
      return List.of("none");
    }
    ProjectionInfo info = found.get();
    state.add("live %d, newest %d".formatted(info.live(), info.newest()));
    state.add("live rows " + rows(projection, null));
    for (GenerationInfo one : info.generations()) {
      int generation = one.generation();
      state.add(
          "generation %d: %s"
              .formatted(
                  generation,
                  one.shards().stream()
                      .map(shard ->
                          number(shard.checkpoint()) + (withTimes ? " " + shard.updatedAt() : ""))
                      .toList()));
      state.add("rows " + rows(projection, generation));
      state.add(
          one.parked()
              + " parked "
              + calls.parked(projection, generation, LogPosition.START, MANY).stream()
                  .map(event ->
                      List.of(
                          number(event.position()),
                          event.stream(),
                          event.attempts(),
                          event.error(),
                          withTimes ? String.valueOf(event.parkedAt()) : ""))
                  .toList());
    }
    return state;
  }
}
