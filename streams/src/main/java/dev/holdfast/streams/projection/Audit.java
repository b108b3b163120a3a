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
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of a generation with the fold of the log, and sets them right. Rows and fold
 * are of the same cut, whoever appends and runs meanwhile. One thread.
 */
final class Audit<E, R> {

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
  private final Slices slices;
  private MemoryFold<E, R> fold;
  private long rows;

  Audit(Site<E, R> site, int generation) {
    this.site = site;
    this.generation = generation;
    shards =
        site.kind == Site.Kind.INLINE
            ? 1
            : Site.generation(site.info(), generation).shards().size();
    slices = new Slices(site, generation);
    fold = new MemoryFold<>(site, Exclusions.of(site, generation), shards);
  }

  long rows() {
    return rows;
  }

  long events() {
    return fold.events();
  }

  /** Compares all rows. */
  List<Finding> findings() {
    return findings(cut -> cut);
  }

  private List<Finding> findings(UnaryOperator<List<LogPosition>> cut) {
    List<Finding> findings = new ArrayList<>();
    String after = null;
    rows = 0;
    do {
      Slices.Slice slice = slices.read(after);
      Exclusions now = Exclusions.of(site, generation);
      if (!now.equals(fold.exclusions())) {
        fold = new MemoryFold<>(site, now, shards);
        continue;
      }
      fold.advance(cut.apply(slice.cut()));
      compare(slice, after, findings);
      rows += slice.rows().size();
      after = slice.next();
      if (after == null) {
        return findings;
      }
    } while (true);
  }

  private void compare(Slices.Slice slice, @Nullable String after, List<Finding> findings) {
    NavigableMap<String, Payload> expected = fold.rows();
    if (after != null) {
      expected = expected.tailMap(after, false);
    }
    String next = slice.next();
    if (next != null) {
      expected = expected.headMap(next, true);
    }
    Set<String> missing = new TreeSet<>(expected.keySet());
    missing.removeAll(slice.unstable());
    for (ProjectionRow row : slice.rows()) {
      missing.remove(row.key());
      Payload due = expected.get(row.key());
      if (!slice.unstable().contains(row.key()) && !same(row.value(), due)) {
        findings.add(
            new Finding(row.key(), row.value(), due, row.version(), fold.changedAt(row.key())));
      }
    }
    missing.forEach(
        key -> findings.add(new Finding(key, null, expectedOf(key), 0, fold.changedAt(key))));
  }

  private @Nullable Payload expectedOf(String key) {
    return fold.rows().get(key);
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
    List<Edit> edits =
        findings(
                cut -> {
                  List<LogPosition> there = new ArrayList<>(cut);
                  there.set(shard, to);
                  return there;
                })
            .stream()
            .map(f -> new Edit(f.key(), f.expected(), f.seen()))
            .toList();
    int most = site.store.streams().limits().maxRowsPerUpdate();
    for (int i = 0; i < edits.size() || i == 0; i += most) {
      int end = Math.min(edits.size(), i + most);
      LogPosition reached = end == edits.size() ? to : from;
      try (RowSession session = site.session(generation, shard, from, fence)) {
        session.commit(RowSession.Commit.moving(reached, edits.subList(i, end)));
      }
    }
  }

  /** The keys that streams have had a part in. */
  Set<String> keysOf(Collection<StreamId> stored) {
    fold.advance(Collections.nCopies(shards, site.store.call(s -> s.head()).position()));
    Set<String> keys = new TreeSet<>();
    stored.forEach(stream -> keys.addAll(fold.touchedBy(stream)));
    fold = new MemoryFold<>(site, fold.exclusions(), shards);
    return keys;
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
            fold = new MemoryFold<>(site, now, shards);
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
}
