// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBody;
import dev.holdfast.provider.state.StepSummary;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The summaries of the steps of runs, as the last turn here has left them, so that a turn need not
 * read a thousand rows because one has moved. They are good as long as the run's row has the
 * version that this turn gave it: every turn that changes a step, or is told that one has moved,
 * raises it. What has moved since is named by the messages of the next turn. A loss costs a read;
 * thread-safe.
 */
final class RowCache {

  private final int most;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int rows;

  private record Entry(long version, Map<String, StepSummary> steps) {}

  /**
   * Creates an empty cache.
   *
   * @param most the most rows that are kept; the run that was longest without a turn goes first
   */
  RowCache(int most) {
    this.most = most;
  }

  /** Returns what is kept of a run and keeps it no more; null when its row has another version. */
  @Nullable Map<String, StepSummary> take(String runId, long version) {
    guard.lock();
    try {
      Entry entry = entries.remove(runId);
      if (entry == null) {
        return null;
      }
      rows -= entry.steps().size();
      return entry.version() == version ? entry.steps() : null;
    } finally {
      guard.unlock();
    }
  }

  /** Keeps the steps of a run. */
  void put(String runId, long version, Map<String, StepSummary> steps) {
    guard.lock();
    try {
      Entry before = entries.remove(runId);
      rows += steps.size() - (before == null ? 0 : before.steps().size());
      entries.put(runId, new Entry(version, steps));
      Iterator<Entry> oldest = entries.values().iterator();
      while (rows > most && oldest.hasNext()) {
        rows -= oldest.next().steps().size();
        oldest.remove();
      }
    } finally {
      guard.unlock();
    }
  }

  /** Keeps nothing any more. */
  void clear() {
    guard.lock();
    try {
      entries.clear();
      rows = 0;
    } finally {
      guard.unlock();
    }
  }

  /** Whether the rows of runs may be kept: not where times count that only the store knows. */
  static boolean suits(GraphDefinition graph) {
    return graph.steps().stream()
        .allMatch(step ->
            !(step.body() instanceof StepBody.SubGraph(GraphDefinition inner))
                || (inner.timeout() == null && suits(inner)));
  }
}
