// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.ShardInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Projections that show what is not, and generations that are switched or dropped wrongly. */
final class ProjectionReadMutants {

  private ProjectionReadMutants() {}

  static List<Mutant> all() {
    Family family = new Family("PROJECTION");
    reads(family);
    pages(family);
    switches(family);
    drops(family);
    infos(family);
    return family.mutants();
  }

  private static List<LogPosition> checkpoints(Projecting through, String name, int generation) {
    return through.right.projection(name).stream()
        .flatMap(info -> info.generations().stream())
        .filter(one -> one.generation() == generation)
        .flatMap(one -> one.shards().stream())
        .map(ShardInfo::checkpoint)
        .toList();
  }

  private static void reads(Family family) {
    family.handle(
        "checkpoints-are-read-behind-the-row",
        "A row is answered with checkpoints of a later moment.",
        "PROJECTION-11: two statements without a snapshot",
        inner ->
            new Projecting(inner) {
              @Override
              RowAnswer row(String projection, @Nullable Integer generation, String key) {
                RowAnswer answer = super.row(projection, generation, key);
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos() / 10);
                List<LogPosition> now = checkpoints(this, projection, answer.generation());
                return now.isEmpty()
                    ? answer
                    : new RowAnswer(answer.generation(), now, answer.row());
              }
            });
    family.handle(
        "reads-are-cached",
        "A row is answered as it was at the read before.",
        "PROJECTION-11: a cache that is renewed in the background",
        inner ->
            new Projecting(inner) {
              private final Map<String, RowAnswer> known = new ConcurrentHashMap<>();

              @Override
              RowAnswer row(String projection, @Nullable Integer generation, String key) {
                RowAnswer answer = super.row(projection, generation, key);
                RowAnswer before = known.put(projection + "/" + generation + "/" + key, answer);
                return Objects.requireNonNullElse(before, answer);
              }
            });
    family.handle(
        "unknown-generations-are-read-as-the-live-one",
        "A read of a generation that is not there shows the live one.",
        "PROJECTION-15: a default",
        inner ->
            new Projecting(inner) {
              @Override
              RowAnswer row(String projection, @Nullable Integer generation, String key) {
                try {
                  return super.row(projection, generation, key);
                } catch (NotFound missing) {
                  return super.row(projection, null, key);
                }
              }
            });
    family.handle(
        "generations-fill-up-from-the-live-one",
        "A row that a generation does not have is taken from the live one.",
        "PROJECTION-15: an outer join without the generation",
        inner ->
            new Projecting(inner) {
              @Override
              RowAnswer row(String projection, @Nullable Integer generation, String key) {
                RowAnswer answer = super.row(projection, generation, key);
                return answer.row() != null
                    ? answer
                    : new RowAnswer(
                        answer.generation(),
                        answer.checkpoints(),
                        super.row(projection, null, key).row());
              }

              @Override
              List<ParkedEvent> parked(
                  String projection, int generation, LogPosition after, int limit) {
                List<ParkedEvent> all = new ArrayList<>();
                for (int number = 1; number <= generation; number++) {
                  try {
                    all.addAll(super.parked(projection, number, after, limit));
                  } catch (NotFound missing) {
                    if (number == generation) {
                      throw missing;
                    }
                  }
                }
                return all.subList(0, Math.min(limit, all.size()));
              }
            });
    family.handle(
        "damaged-rows-are-none",
        "A row that cannot be read is answered as none.",
        "PROJECTION-30: the error is caught",
        inner ->
            new Projecting(inner) {
              @Override
              RowAnswer row(String projection, @Nullable Integer generation, String key) {
                try {
                  return super.row(projection, generation, key);
                } catch (CorruptData damaged) {
                  return new RowAnswer(1, checkpoints(this, projection, 1), null);
                }
              }
            });
    family.handle(
        "a-damaged-row-is-not-named",
        "The error of a damaged row does not say which it is.",
        "PROJECTION-30: the error of the decoder is passed on",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                try {
                  return super.rows(read);
                } catch (CorruptData damaged) {
                  throw new CorruptData("rows", null, "a value cannot be read", null);
                }
              }
            });
    family.handle(
        "a-damaged-row-blocks-the-page-before",
        "A page reads the row behind its end, and fails with it.",
        "PROJECTION-30: one more is read to know whether there is a next page",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                super.rows(
                    new RowRead(
                        read.projection(),
                        read.generation(),
                        read.keyPrefix(),
                        read.afterKey(),
                        Math.min(100, read.limit() + 1)));
                return super.rows(read);
              }
            });
  }

  /** All rows of a read, however many. */
  private static List<ProjectionRow> allOf(Projecting through, RowRead read) {
    List<ProjectionRow> all = new ArrayList<>();
    String after = null;
    do {
      RowPage page =
          through.right.rows(new RowRead(read.projection(), read.generation(), null, after, 100));
      all.addAll(page.rows());
      after = page.nextKey();
    } while (after != null);
    return all;
  }

  private static RowPage page(RowPage like, List<ProjectionRow> behind, int limit) {
    List<ProjectionRow> rows = behind.subList(0, Math.min(limit, behind.size()));
    return new RowPage(
        like.generation(),
        like.checkpoints(),
        rows,
        rows.size() < behind.size() ? rows.getLast().key() : null);
  }

  private static void pages(Family family) {
    family.handle(
        "rows-are-in-the-order-of-java",
        "Rows are listed in the order of UTF-16.",
        "PROJECTION-12: String.compareTo",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                String prefix = Objects.requireNonNullElse(read.keyPrefix(), "");
                String after = read.afterKey();
                List<ProjectionRow> behind =
                    allOf(this, read).stream()
                        .filter(row -> row.key().startsWith(prefix))
                        .filter(row -> after == null || row.key().compareTo(after) > 0)
                        .sorted(Comparator.comparing(ProjectionRow::key))
                        .toList();
                return page(super.rows(read), behind, read.limit());
              }
            });
    family.handle(
        "prefixes-are-patterns",
        "A prefix with a per cent sign or an underscore matches others too.",
        "PROJECTION-12: LIKE",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                String prefix = read.keyPrefix();
                if (prefix == null || !(prefix.contains("%") || prefix.contains("_"))) {
                  return super.rows(read);
                }
                String pattern = prefix.replace("%", ".*").replace('_', '.') + ".*";
                String after = read.afterKey();
                List<ProjectionRow> behind =
                    allOf(this, read).stream()
                        .filter(row -> row.key().matches(pattern))
                        .filter(row -> after == null || row.key().compareTo(after) > 0)
                        .toList();
                return page(super.rows(read), behind, read.limit());
              }
            });
    family.handle(
        "full-pages-have-a-next-one",
        "A page that is full names a next one, be there one or not.",
        "PROJECTION-12: the number of rows is taken for the answer",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                RowPage page = super.rows(read);
                return page.rows().size() < read.limit()
                    ? page
                    : new RowPage(
                        page.generation(),
                        page.checkpoints(),
                        page.rows(),
                        page.rows().getLast().key());
              }
            });
    family.handle(
        "pages-skip-a-row",
        "The row behind the end of a page is on none.",
        "PROJECTION-12: the next key is the one that was read to know that there is one",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                RowPage page = super.rows(read);
                if (page.nextKey() == null || read.limit() != 3) {
                  return page;
                }
                RowPage next = super.rows(read.after(page.nextKey()));
                return new RowPage(
                    page.generation(),
                    page.checkpoints(),
                    page.rows(),
                    next.rows().getFirst().key());
              }
            });
  }

  private static void switches(Family family) {
    family.handle(
        "switches-are-made-from-anywhere",
        "A switch is made whichever generation its caller believes live.",
        "PROJECTION-16: the number is written, and not compared",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                int now = right.projection(projection).map(ProjectionInfo::live).orElse(live);
                super.makeLive(projection, generation, now, atLeast);
              }
            });
    family.handle(
        "pages-are-of-two-generations",
        "The number of a page and its rows are read one after the other.",
        "PROJECTION-16: two statements without a snapshot",
        inner ->
            new Projecting(inner) {
              @Override
              RowPage rows(RowRead read) {
                if (read.generation() != null) {
                  return super.rows(read);
                }
                int live = right.projection(read.projection()).map(ProjectionInfo::live).orElse(1);
                LockSupport.parkNanos(5 * InboxMutants.MOMENT.toNanos());
                RowPage page = super.rows(read);
                return new RowPage(live, page.checkpoints(), page.rows(), page.nextKey());
              }
            });
    family.handle(
        "bounds-are-not-looked-at",
        "A generation becomes live that is behind its bound.",
        "PROJECTION-17: the bound is forgotten",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                super.makeLive(
                    projection, generation, live, atLeast == null ? null : LogPosition.START);
              }
            });
    family.handle(
        "one-shard-is-enough",
        "A generation becomes live when one of its shards has come to the bound.",
        "PROJECTION-17: the greatest checkpoint is compared",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                List<LogPosition> all = checkpoints(this, projection, generation);
                boolean enough =
                    atLeast != null && !all.isEmpty() && !Collections.max(all).isBefore(atLeast);
                super.makeLive(projection, generation, live, enough ? LogPosition.START : atLeast);
              }
            });
    family.handle(
        "the-log-is-looked-at-before-the-switch",
        "The end of the log is looked at, and the switch is made a moment later.",
        "PROJECTION-18: appends are not held",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                List<LogPosition> all = checkpoints(this, projection, generation);
                if (atLeast != null
                    || all.isEmpty()
                    || Collections.min(all).isBefore(streams.head().position())) {
                  super.makeLive(projection, generation, live, atLeast);
                  return;
                }
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                super.makeLive(projection, generation, live, LogPosition.START);
              }
            });
    family.handle(
        "no-bound-is-no-condition",
        "Without a bound a generation becomes live wherever it is.",
        "PROJECTION-18: null is taken for the start",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                super.makeLive(
                    projection,
                    generation,
                    live,
                    Objects.requireNonNullElse(atLeast, LogPosition.START));
              }
            });
    family.handle(
        "the-former-generation-goes",
        "A switch drops the former generation.",
        "PROJECTION-19: a clean-up that comes too early",
        inner ->
            new Projecting(inner) {
              @Override
              void makeLive(
                  String projection, int generation, int live, @Nullable LogPosition atLeast) {
                super.makeLive(projection, generation, live, atLeast);
                if (generation != live) {
                  right.drop(projection, live, 100);
                }
              }
            });
  }

  private static void drops(Family family) {
    family.handle(
        "a-drop-takes-all-at-once",
        "A drop removes more than its limit.",
        "PROJECTION-20: a delete without a limit",
        inner ->
            new Projecting(inner) {
              @Override
              DropStep drop(String projection, int generation, int limit) {
                return super.drop(projection, generation, limit < 1 ? limit : 100_000);
              }
            });
    family.handle(
        "a-generation-is-there-while-it-is-dropped",
        "The first step of a drop leaves the generation to be found.",
        "PROJECTION-20: its row is deleted last",
        inner ->
            new Projecting(inner) {
              private final Map<String, Boolean> begun = new ConcurrentHashMap<>();

              @Override
              DropStep drop(String projection, int generation, int limit) {
                boolean isThere = !checkpoints(this, projection, generation).isEmpty();
                boolean isLive =
                    right.projection(projection).filter(i -> i.live() == generation).isPresent();
                if (!isThere || isLive || begun.put(projection + "/" + generation, true) != null) {
                  return super.drop(projection, generation, limit);
                }
                return new DropStep(0, false);
              }
            });
    family.handle(
        "the-live-one-is-not-dropped-in-silence",
        "A drop of the live generation removes nothing, and says that it is done.",
        "PROJECTION-20: a condition without a message",
        inner ->
            new Projecting(inner) {
              @Override
              DropStep drop(String projection, int generation, int limit) {
                try {
                  return super.drop(projection, generation, limit);
                } catch (InvalidRequest live) {
                  return new DropStep(0, true);
                }
              }
            });
  }

  private static void infos(Family family) {
    family.handle(
        "the-newest-number-falls",
        "The newest generation is the greatest that is there.",
        "PROJECTION-28: max() over the rows",
        inner ->
            new Projecting(inner) {
              @Override
              Optional<ProjectionInfo> info(String projection) {
                return super.info(projection)
                    .map(info ->
                        new ProjectionInfo(
                            projection,
                            info.live(),
                            info.generations().getLast().generation(),
                            info.generations()));
              }
            });
    family.handle(
        "times-of-updates-are-those-of-creation",
        "The time of the last update is that of the creation.",
        "PROJECTION-28: a column that nobody writes",
        inner ->
            new Projecting(inner) {
              private final Map<String, Instant> first = new ConcurrentHashMap<>();

              @Override
              Optional<ProjectionInfo> info(String projection) {
                return super.info(projection)
                    .map(info ->
                        new ProjectionInfo(
                            projection,
                            info.live(),
                            info.newest(),
                            info.generations().stream()
                                .map(one ->
                                    new GenerationInfo(
                                        one.generation(),
                                        one.shards().stream()
                                            .map(shard -> frozen(projection, one, shard))
                                            .toList(),
                                        one.parked()))
                                .toList()));
              }

              private ShardInfo frozen(String projection, GenerationInfo one, ShardInfo shard) {
                return new ShardInfo(
                    shard.checkpoint(),
                    first.computeIfAbsent(
                        projection + "/" + one.generation(), any -> shard.updatedAt()));
              }
            });
    family.handle(
        "unparked-events-are-counted",
        "The number of parked events never falls.",
        "PROJECTION-28: a counter that is only added to",
        inner ->
            new Projecting(inner) {
              private final Map<String, Long> most = new ConcurrentHashMap<>();

              @Override
              Optional<ProjectionInfo> info(String projection) {
                return super.info(projection)
                    .map(info ->
                        new ProjectionInfo(
                            projection,
                            info.live(),
                            info.newest(),
                            info.generations().stream()
                                .map(one ->
                                    new GenerationInfo(
                                        one.generation(),
                                        one.shards(),
                                        most.merge(
                                            projection + "/" + one.generation(),
                                            one.parked(),
                                            Math::max)))
                                .toList()));
              }
            });
    family.handle(
        "unknown-projections-are-an-error",
        "A projection that is not there is NotFound.",
        "PROJECTION-28, PROJECTION-02: get in place of find",
        inner ->
            new Projecting(inner) {
              @Override
              Optional<ProjectionInfo> info(String projection) {
                Optional<ProjectionInfo> found = super.info(projection);
                if (found.isEmpty()) {
                  throw new NotFound("projection", null, "there is no projection " + projection);
                }
                return found;
              }
            });
  }
}
