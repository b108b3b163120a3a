// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Projections whose rows and checkpoints are lost, doubled or mixed up. */
final class ProjectionMutants {

  private ProjectionMutants() {}

  static List<Mutant> all() {
    Family family = new Family("PROJECTION");
    declarations(family);
    checkpoints(family);
    rows(family);
    return family.mutants();
  }

  /** A handle whose updates come in changed. */
  static Provider written(Provider inner, UnaryOperator<UpdateProjection> change) {
    return new Projecting(inner) {
      @Override
      UpdateProjection written(UpdateProjection update) {
        return change.apply(update);
      }
    };
  }

  /** The checkpoint that is stored, null when there is none. */
  static @Nullable LogPosition stored(Projections right, UpdateProjection update) {
    Advance advance = update.advance();
    return advance == null
        ? null
        : right.projection(update.projection()).stream()
            .flatMap(info -> info.generations().stream())
            .filter(one -> one.generation() == update.generation())
            .flatMap(one -> one.shards().stream().skip(advance.shard()).limit(1))
            .map(ShardInfo::checkpoint)
            .findFirst()
            .orElse(null);
  }

  private static void declarations(Family family) {
    family.handle(
        "projections-are-declared-and-not-found",
        "Projections are declared and not found.",
        "PROJECTION-01: the lookup does not know them",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == Projections.class ? Optional.empty() : super.capability(type);
              }
            });
    family.handle(
        "connections-are-used-before-they-are-refused",
        "A caller's connection is asked something before it is refused.",
        "PROJECTION-01: the connection is looked at first",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(
                  Connection connection, UpdateProjection update, @Nullable Fence fence) {
                try {
                  connection.getAutoCommit();
                } catch (SQLException unused) {
                  return super.update(connection, update, fence);
                }
                return super.update(connection, update, fence);
              }
            });
    family.handle(
        "generations-are-made-on-older-ones",
        "A generation is made whatever its creator knows.",
        "PROJECTION-02: the number is drawn, and not compared",
        inner ->
            new Projecting(inner) {
              @Override
              int create(String projection, int newest, int shards, LogPosition startAfter) {
                try {
                  return super.create(projection, newest, shards, startAfter);
                } catch (VersionConflict newer) {
                  return super.create(projection, (int) newer.foundVersion(), shards, startAfter);
                }
              }
            });
    family.handle(
        "all-creators-win",
        "A creator who comes too late is told that it has made the generation.",
        "PROJECTION-02: an insert that does nothing where it stands",
        inner ->
            new Projecting(inner) {
              @Override
              int create(String projection, int newest, int shards, LogPosition startAfter) {
                try {
                  return super.create(projection, newest, shards, startAfter);
                } catch (VersionConflict newer) {
                  if (newer.foundVersion() == newest + 1L) {
                    return newest + 1;
                  }
                  throw newer;
                }
              }
            });
    family.handle(
        "generations-begin-at-the-start",
        "A generation begins at the start of the log, wherever it should.",
        "PROJECTION-03: a default",
        inner ->
            new Projecting(inner) {
              @Override
              int create(String projection, int newest, int shards, LogPosition startAfter) {
                return super.create(projection, newest, shards, LogPosition.START);
              }
            });
    family.handle(
        "generations-begin-behind-the-head",
        "A generation that is to begin behind the head begins at it.",
        "PROJECTION-03: the position is cut down, and not refused",
        inner ->
            new Projecting(inner) {
              @Override
              int create(String projection, int newest, int shards, LogPosition startAfter) {
                LogPosition head = streams.head().position();
                return super.create(
                    projection, newest, shards, startAfter.isAfter(head) ? head : startAfter);
              }
            });
  }

  private static void checkpoints(Family family) {
    family.handle(
        "checkpoints-are-not-compared",
        "An update applies wherever the checkpoint is.",
        "PROJECTION-05: the checkpoint is written, and not compared",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                Advance advance = update.advance();
                LogPosition stored = stored(right, update);
                return advance == null || stored == null || advance.to().isBefore(stored)
                    ? update
                    : with(update, new Advance(advance.shard(), stored, advance.to()));
              }
            });
    family.handle(
        "conflicts-find-no-checkpoint",
        "A conflict of checkpoints does not say which one is stored.",
        "PROJECTION-05: the number of rows that were updated says only that it failed",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                try {
                  return super.update(update, fence);
                } catch (VersionConflict conflict) {
                  if (conflict.foundPosition() == null) {
                    throw conflict;
                  }
                  throw new VersionConflict(
                      "update", conflict.subject(), "it is another one", 0, 0, null);
                }
              }
            });
    family.handle(
        "runners-look-then-write",
        "Two runners who have seen one checkpoint both fold the page in.",
        "PROJECTION-05: select, then update",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                Advance advance = update.advance();
                LogPosition seen = stored(right, update);
                if (advance == null || seen == null || !seen.equals(advance.from())) {
                  return super.update(update, fence);
                }
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos() / 10);
                LogPosition now = stored(right, update);
                return now == null || advance.to().isBefore(now)
                    ? super.update(update, fence)
                    : super.update(
                        with(update, new Advance(advance.shard(), now, advance.to())), fence);
              }
            });
    family.handle(
        "checkpoints-get-ahead-of-the-log",
        "A checkpoint behind the head is taken, as the head.",
        "PROJECTION-06: nobody looks at the log",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                Advance advance = update.advance();
                LogPosition head = streams.head().position();
                return advance == null || !advance.to().isAfter(head)
                    ? update
                    : with(update, new Advance(advance.shard(), advance.from(), head));
              }
            });
    family.handle(
        "rows-of-updates-that-stay-are-dropped",
        "An update that does not move its checkpoint writes no rows.",
        "PROJECTION-06: nothing has changed, so nothing is done",
        inner ->
            written(
                inner,
                update -> {
                  Advance advance = update.advance();
                  return advance != null && advance.to().equals(advance.from())
                      ? Projecting.with(update, List.of())
                      : update;
                }));
    family.handle(
        "shards-share-a-checkpoint",
        "Two shards have one checkpoint.",
        "PROJECTION-07: a condition is forgotten",
        inner ->
            written(
                inner,
                update -> {
                  Advance advance = update.advance();
                  return advance == null || advance.shard() < 2
                      ? update
                      : Projecting.with(
                          update, new Advance(advance.shard() % 2, advance.from(), advance.to()));
                }));
  }

  private static void rows(Family family) {
    family.handle(
        "keys-of-rows-are-folded",
        "Keys that differ in case are one.",
        "PROJECTION-08: a collation without case",
        inner ->
            written(
                inner,
                update ->
                    Projecting.with(
                        update,
                        update.rows().stream()
                            .map(row -> withKey(row, row.key().toLowerCase(Locale.ROOT)))
                            .toList())));
    family.handle(
        "values-are-cut",
        "The last byte of a value is lost.",
        "PROJECTION-08: a buffer that is one byte too short",
        inner ->
            written(
                inner,
                update ->
                    Projecting.with(
                        update, update.rows().stream().map(ProjectionMutants::cut).toList())));
    family.handle(
        "rows-over-the-limit-are-dropped",
        "What is more than an update may have is dropped in silence.",
        "PROJECTION-08: a page is cut",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                int most = streams.limits().maxRowsPerUpdate();
                return update.rows().size() <= most
                    ? update
                    : with(update, update.rows().subList(0, most));
              }
            });
    family.handle(
        "the-first-change-of-a-row-counts",
        "Of several changes of a row the first one counts.",
        "PROJECTION-09: changes are reduced the wrong way",
        inner ->
            written(
                inner,
                update -> {
                  Map<String, RowChange> first = new LinkedHashMap<>();
                  update.rows().forEach(row -> first.putIfAbsent(row.key(), row));
                  return Projecting.with(
                      update,
                      update.rows().stream()
                          .<RowChange>map(row -> Objects.requireNonNull(first.get(row.key())))
                          .toList());
                }));
    family.handle(
        "removals-come-last",
        "Removals apply behind all puts.",
        "PROJECTION-09: two statements, one for each kind",
        inner ->
            written(
                inner,
                update ->
                    Projecting.with(
                        update,
                        update.rows().stream()
                            .sorted(Comparator.comparing(row -> row instanceof RowChange.Remove))
                            .toList())));
    family.handle(
        "seen-versions-are-not-compared",
        "A row change applies whatever version was seen.",
        "PROJECTION-10: an upsert without a condition",
        inner -> written(inner, update -> withSeen(update, seen -> null)));
    family.handle(
        "absent-rows-are-not-compared",
        "A row that must not be there is replaced.",
        "PROJECTION-10: 0 is taken for no version at all",
        inner ->
            written(
                inner,
                update -> withSeen(update, seen -> seen != null && seen == 0 ? null : seen)));
    family.handle(
        "conflicts-do-not-name-their-row",
        "A conflict of a row does not say which.",
        "PROJECTION-10: the projection is named",
        inner ->
            new Projecting(inner) {
              @Override
              List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
                try {
                  return super.apply(list, fence);
                } catch (VersionConflict conflict) {
                  if (!conflict.subject().startsWith("row")) {
                    throw conflict;
                  }
                  VersionConflict bare =
                      new VersionConflict(
                          "apply",
                          "projection",
                          "a row has another version",
                          conflict.expectedVersion(),
                          conflict.foundVersion(),
                          null);
                  Integer index = conflict.changeIndex();
                  throw index == null ? bare : bare.atChange(index);
                }
              }
            });
  }

  private static RowChange withKey(RowChange row, String key) {
    return switch (row) {
      case RowChange.Put put -> new RowChange.Put(key, put.value(), put.seenVersion());
      case RowChange.Remove remove -> new RowChange.Remove(key, remove.seenVersion());
    };
  }

  private static RowChange cut(RowChange row) {
    if (row instanceof RowChange.Put(String key, Payload value, Long seen)) {
      byte[] bytes = value.toByteArray();
      return new RowChange.Put(
          key, Payload.of(Arrays.copyOf(bytes, Math.max(0, bytes.length - 1))), seen);
    }
    return row;
  }

  /** What becomes of a seen version. */
  @FunctionalInterface
  private interface Seen {
    @Nullable Long of(@Nullable Long seen);
  }

  private static UpdateProjection withSeen(UpdateProjection update, Seen change) {
    List<RowChange> rows = new ArrayList<>();
    for (RowChange row : update.rows()) {
      Long seen = change.of(row.seenVersion());
      rows.add(
          switch (row) {
            case RowChange.Put put -> new RowChange.Put(put.key(), put.value(), seen);
            case RowChange.Remove remove -> new RowChange.Remove(remove.key(), seen);
          });
    }
    return Projecting.with(update, rows);
  }
}
