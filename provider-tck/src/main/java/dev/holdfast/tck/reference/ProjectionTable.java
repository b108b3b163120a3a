// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.support.IdOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Projections with their generations. Runs under the store's lock. */
final class ProjectionTable {

  /** One build of a projection. */
  static final class Generation {
    final List<ShardInfo> shards;
    final NavigableMap<String, ProjectionRow> rows = new TreeMap<>(IdOrder.BY_CODE_POINT);
    final NavigableMap<LogPosition, ParkedEvent> parked = new TreeMap<>();

    Generation(int shards, LogPosition startAfter, Instant now) {
      this.shards = new ArrayList<>(Collections.nCopies(shards, new ShardInfo(startAfter, now)));
    }

    private Generation(Generation other) {
      shards = new ArrayList<>(other.shards);
      rows.putAll(other.rows);
      parked.putAll(other.parked);
    }

    Generation copy() {
      return new Generation(this);
    }

    List<LogPosition> checkpoints() {
      return shards.stream().map(ShardInfo::checkpoint).toList();
    }

    LogPosition least() {
      return Collections.min(checkpoints());
    }

    /** Removes some rows and parked events, and says how many. */
    int remove(int most) {
      int removed = 0;
      while (removed < most && rows.pollFirstEntry() != null) {
        removed++;
      }
      while (removed < most && parked.pollFirstEntry() != null) {
        removed++;
      }
      return removed;
    }

    boolean isEmpty() {
      return rows.isEmpty() && parked.isEmpty();
    }
  }

  /** A projection. It outlives its generations. */
  static final class Projection {
    final NavigableMap<Integer, Generation> generations = new TreeMap<>();

    /** What is left of generations that are being dropped. */
    final NavigableMap<Integer, Generation> dropped = new TreeMap<>();

    int live = 1;
    int newest;

    private ProjectionInfo info(String name) {
      return new ProjectionInfo(
          name,
          live,
          newest,
          generations.entrySet().stream()
              .map(entry ->
                  new GenerationInfo(
                      entry.getKey(), entry.getValue().shards, entry.getValue().parked.size()))
              .toList());
    }
  }

  private final NavigableMap<String, Projection> projections = new TreeMap<>(IdOrder.BY_CODE_POINT);
  private final Set<Long> damaged = new HashSet<>();
  private long versions;

  /** A version that no row ever had. */
  long nextVersion() {
    return ++versions;
  }

  @Nullable Projection find(String name) {
    return projections.get(name);
  }

  Projection findOrMake(String name) {
    return projections.computeIfAbsent(name, made -> new Projection());
  }

  List<String> names() {
    return List.copyOf(projections.keySet());
  }

  @Nullable ProjectionInfo info(String name) {
    Projection found = find(name);
    return found == null ? null : found.info(name);
  }

  /** Makes the row that was written first unreadable. */
  void damageOldest(String name) {
    damaged.add(
        findOrMake(name).generations.values().stream()
            .flatMap(generation -> generation.rows.values().stream())
            .min(Comparator.comparingLong(ProjectionRow::version))
            .orElseThrow()
            .version());
  }

  boolean isDamaged(ProjectionRow row) {
    return damaged.contains(row.version());
  }
}
