// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a fold by key, any number of them: so many are in memory, the others in temporary
 * files. A fold of few rows makes no file. One thread.
 */
final class FoldedRows implements AutoCloseable {

  /** How many rows are in memory at most, unless a test says otherwise. */
  static final int HELD = 10_000;

  private static final long HELD_BYTES = 16L << 20;

  private final int atMost;
  private final NavigableMap<String, FoldedRow> held = new TreeMap<>(CodePoints::compare);
  private final List<SortedRun> runs = new ArrayList<>(); // a later one is newer
  private long heldBytes;
  private int mostHeld;

  FoldedRows(int atMost) {
    this.atMost = atMost;
  }

  /** The most rows that were in memory at once. */
  int mostHeld() {
    return mostHeld;
  }

  /** How many files there are. */
  int files() {
    return runs.size();
  }

  /** What is known of a row; null for nothing. */
  @Nullable FoldedRow find(String key) {
    FoldedRow row = held.get(key);
    for (int i = runs.size() - 1; row == null && i >= 0; i--) {
      row = runs.get(i).find(key);
    }
    return row;
  }

  void put(FoldedRow row) {
    FoldedRow before = held.put(row.key(), row);
    heldBytes += row.size() - (before == null ? 0 : before.size());
    mostHeld = Math.max(mostHeld, held.size());
    if (held.size() >= atMost || heldBytes >= HELD_BYTES) {
      spill();
    }
  }

  /** All behind a key, null for all, in the order of keys; over with the next put. */
  Iterator<FoldedRow> behind(@Nullable String after) {
    List<Iterator<FoldedRow>> sequences = new ArrayList<>();
    runs.forEach(run -> sequences.add(run.behind(after)));
    sequences.add((after == null ? held : held.tailMap(after, false)).values().iterator());
    return new MergedRows(sequences);
  }

  private void spill() {
    runs.add(new SortedRun(held.values().iterator()));
    held.clear();
    heldBytes = 0;
    // Each is more than twice the next one: few to look into, and a row is rewritten seldom.
    while (runs.size() > 1 && runs.getLast().rows() * 2 >= runs.get(runs.size() - 2).rows()) {
      SortedRun newer = runs.removeLast();
      SortedRun older = runs.removeLast();
      try (newer;
          older) {
        runs.add(new SortedRun(new MergedRows(List.of(older.behind(null), newer.behind(null)))));
      }
    }
  }

  void clear() {
    held.clear();
    heldBytes = 0;
    runs.forEach(SortedRun::close);
    runs.clear();
  }

  @Override
  public void close() {
    clear();
  }
}
