// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.internal.json.JsonDiff;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of a generation with the fold of the log, and sets them right. Rows and fold
 * are of the same cut, whoever appends and runs meanwhile. Of both a page is in memory. One thread.
 */
final class Audit<E, R> implements AutoCloseable {

  /** A row that is not what the log says. */
  record Finding(
      String key,
      @Nullable Payload stored,
      @Nullable Payload expected,
      long seen,
      LogPosition changedAt) {}

  private final Site<E, R> site;
  private final int generation;
  private final int shards;
  private final int held;
  private final Slices slices;
  private LogFold<E, R> fold;
  private long rows;

  Audit(Site<E, R> site, int generation) {
    this(site, generation, FoldedRows.HELD);
  }

  /** As usual, with so many rows of the fold in memory at most. */
  Audit(Site<E, R> site, int generation, int held) {
    this.site = site;
    this.generation = generation;
    this.held = held;
    shards =
        site.kind == Site.Kind.INLINE
            ? 1
            : Site.generation(site.info(), generation).shards().size();
    slices = new Slices(site, generation);
    fold = fold(Exclusions.of(site, generation), Set.of());
  }

  private LogFold<E, R> fold(Exclusions exclusions, Set<StreamId> watched) {
    return new LogFold<>(site, exclusions, shards, watched, held);
  }

  private void begin(Exclusions exclusions) {
    fold.close();
    fold = fold(exclusions, Set.of());
  }

  long rows() {
    return rows;
  }

  long events() {
    return fold.events();
  }

  /** The rows of the fold. */
  FoldedRows folded() {
    return fold.rows();
  }

  /** Compares all rows; lists so many differences at most, and counts all. */
  Verification verification() {
    List<RowDifference> differences = new ArrayList<>();
    long[] found = {0};
    findings(finding -> {
      for (RowDifference difference : Differences.of(finding)) {
        found[0]++;
        if (differences.size() < Verification.LISTED) {
          differences.add(difference);
        }
      }
    });
    return new Verification(rows(), events(), differences, found[0]);
  }

  /** Compares all rows; what is wrong is told in the order of the keys. */
  void findings(Consumer<Finding> wrong) {
    findings(cut -> cut, wrong);
  }

  private void findings(UnaryOperator<List<LogPosition>> cut, Consumer<Finding> wrong) {
    String after = null;
    rows = 0;
    do {
      Slices.Slice slice = slices.read(after);
      Exclusions now = Exclusions.of(site, generation);
      if (!now.equals(fold.exclusions())) {
        begin(now);
        continue;
      }
      fold.advance(cut.apply(slice.cut()));
      compare(slice, after, wrong);
      rows += slice.rows().size();
      after = slice.next();
      if (after == null) {
        return;
      }
    } while (true);
  }

  /** Walks both by key, side by side. */
  private void compare(Slices.Slice slice, @Nullable String after, Consumer<Finding> wrong) {
    Due due = new Due(fold.rows().behind(after), slice.next());
    Consumer<Finding> stable =
        finding -> {
          if (!slice.unstable().contains(finding.key())) {
            wrong.accept(finding);
          }
        };
    for (ProjectionRow row : slice.rows()) {
      while (due.isBefore(row.key())) {
        missing(due.take(), stable);
      }
      FoldedRow expected = due.isAt(row.key()) ? due.take() : null;
      Payload value = expected == null ? null : expected.value();
      if (!same(row.value(), value)) {
        LogPosition changedAt = expected == null ? LogPosition.START : expected.changedAt();
        stable.accept(new Finding(row.key(), row.value(), value, row.version(), changedAt));
      }
    }
    while (due.head != null) {
      missing(due.take(), stable);
    }
  }

  private static void missing(FoldedRow row, Consumer<Finding> wrong) {
    if (row.value() != null) {
      wrong.accept(new Finding(row.key(), null, row.value(), 0, row.changedAt()));
    }
  }

  /** What is expected, row after row and up to a key. */
  private static final class Due {

    private final Iterator<FoldedRow> rows;
    private final @Nullable String last;
    private @Nullable FoldedRow head;

    Due(Iterator<FoldedRow> rows, @Nullable String last) {
      this.rows = rows;
      this.last = last;
      head = next();
    }

    private @Nullable FoldedRow next() {
      FoldedRow row = rows.hasNext() ? rows.next() : null;
      boolean in = row != null && (last == null || CodePoints.compare(row.key(), last) <= 0);
      return in ? row : null;
    }

    boolean isBefore(String key) {
      return head != null && CodePoints.compare(head.key(), key) < 0;
    }

    boolean isAt(String key) {
      return head != null && head.key().equals(key);
    }

    FoldedRow take() {
      FoldedRow taken = Objects.requireNonNull(head);
      head = next();
      return taken;
    }
  }

  private @Nullable Payload expectedOf(String key) {
    FoldedRow row = fold.rows().find(key);
    return row == null ? null : row.value();
  }

  private static boolean same(@Nullable Payload one, @Nullable Payload other) {
    if (one == null || other == null || one.equals(other)) {
      return Objects.equals(one, other);
    }
    try {
      return JsonDiff.of(Jsons.read(Jsons.MAPPER, one), Jsons.read(Jsons.MAPPER, other)).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Takes out what does not count any more, and moves the checkpoint of the shard behind the event
   * that says so. The rows change in one commit, if the store takes so many.
   */
  void unfold(int shard, LogPosition from, LogPosition to, @Nullable Fence fence) {
    int most = site.store.streams().limits().maxRowsPerUpdate();
    List<Edit> edits = new ArrayList<>();
    findings(
        cut -> {
          List<LogPosition> there = new ArrayList<>(cut);
          there.set(shard, to);
          return there;
        },
        finding -> {
          if (edits.size() == most) {
            commit(shard, from, from, fence, edits);
            edits.clear();
          }
          edits.add(new Edit(finding.key(), finding.expected(), finding.seen()));
        });
    commit(shard, from, to, fence, edits);
  }

  private void commit(
      int shard, LogPosition from, LogPosition to, @Nullable Fence fence, List<Edit> edits) {
    try (RowSession session = site.session(generation, shard, from, fence)) {
      session.commit(RowSession.Commit.moving(to, edits));
    }
  }

  /** The keys that streams have had a part in. */
  Set<String> keysOf(Collection<StreamId> stored) {
    try (LogFold<E, R> all = fold(fold.exclusions(), Set.copyOf(stored))) {
      all.advance(Collections.nCopies(shards, site.store.call(s -> s.head()).position()));
      return all.touched();
    }
  }

  /** Sets single rows right, each as of an unchanged checkpoint; returns how many were wrong. */
  int renew(Collection<String> keys) {
    int renewed = 0;
    for (String key : keys) {
      boolean settled = false;
      while (!settled) {
        try {
          Exclusions now = Exclusions.of(site, generation);
          if (!now.equals(fold.exclusions())) {
            begin(now);
          }
          renewed += renew(key) ? 1 : 0;
          settled = true;
        } catch (ProviderError.VersionConflict e) {
          // The row or the checkpoint has moved meanwhile: the fold follows, and tries again.
        }
      }
    }
    return renewed;
  }

  private boolean renew(String key) {
    return switch (site.kind) {
      case FOLLOWING -> {
        RowAnswer answer = site.store.patience().call(() -> row(key));
        fold.advance(answer.checkpoints());
        LogPosition at = answer.checkpoints().get(0);
        yield put(key, answer, new Advance(0, at, at));
      }
      case INLINE -> {
        RowAnswer before = site.store.patience().call(() -> row(key));
        LogPosition head = site.store.call(s -> s.head()).position();
        fold.advance(List.of(head));
        yield put(key, before, null);
      }
      case TABLE -> {
        LogPosition at = Site.checkpoints(Site.generation(site.info(), generation)).get(0);
        fold.advance(List.of(at));
        Payload expected = expectedOf(key);
        try (RowSession session = site.session(generation, 0, at, null)) {
          if (same(session.find(key).value(), expected)) {
            yield false;
          }
          session.commit(RowSession.Commit.moving(at, List.of(new Edit(key, expected, 0))));
        }
        yield true;
      }
    };
  }

  private RowAnswer row(String key) {
    return site.rows.row(site.name, generation, key);
  }

  private boolean put(String key, RowAnswer answer, @Nullable Advance advance) {
    ProjectionRow row = answer.row();
    Payload expected = expectedOf(key);
    if (same(row == null ? null : row.value(), expected)) {
      return false;
    }
    Edit edit = new Edit(key, expected, row == null ? 0 : row.version());
    site.rows.update(
        new UpdateProjection(
            site.name, generation, List.of(edit.change()), advance, List.of(), List.of()),
        null);
    return true;
  }

  @Override
  public void close() {
    fold.close();
  }
}
