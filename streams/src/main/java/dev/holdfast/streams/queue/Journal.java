// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the history of a queue comes to: entries that wait here, and how it stands. */
final class Journal {

  /** So many events are read at once. */
  static final int PAGE = 100;

  private final LinkedHashMap<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, JournalEvent.How> settled = new LinkedHashMap<>();
  private @Nullable String stoppedAt;
  private boolean oneByOne;
  private long lastEventId;

  /**
   * An entry that waits.
   *
   * @param attempts how many have failed
   * @param error what the last one said, null for none
   * @param nextAt when the next one is, null for as soon as possible
   */
  record Waiting(QueueEntry entry, int attempts, @Nullable String error, @Nullable Instant nextAt) {
    static Waiting of(QueueEntry entry) {
      return new Waiting(entry, 0, null, null);
    }
  }

  /** Reads on in the history of one execution. */
  interface Pages {
    History read(long after, int limit);
  }

  /** Folds a history whose beginning is there. */
  static Journal of(History first, Pages pages) {
    Journal journal = new Journal();
    History page = first;
    while (true) {
      page.events().forEach(journal::apply);
      if (page.complete()) {
        return journal;
      }
      page = pages.read(journal.lastEventId, PAGE);
    }
  }

  private void apply(HistoryEvent stored) {
    lastEventId = stored.eventId();
    JournalEvent event = JournalEvent.of(stored);
    if (event != null) {
      apply(event);
    }
  }

  void apply(JournalEvent event) {
    switch (event) {
      case JournalEvent.Deferred(QueueEntry entry, boolean first) -> {
        settled.remove(entry.id());
        if (first) {
          waiting.putFirst(entry.id(), Waiting.of(entry));
        } else {
          waiting.putLast(entry.id(), Waiting.of(entry));
        }
      }
      case JournalEvent.Failed(String id, int attempt, String error, Instant nextAt) ->
          waiting.computeIfPresent(
              id, (any, entry) -> new Waiting(entry.entry(), attempt, error, nextAt));
      case JournalEvent.Settled(String id, JournalEvent.How how) -> {
        waiting.remove(id);
        settled.put(id, how);
        oneByOne = false;
      }
      case JournalEvent.OneByOne one -> oneByOne = true;
      case JournalEvent.Stopped(String id) -> stoppedAt = id;
      case JournalEvent.Resumed resumed -> stoppedAt = null;
    }
  }

  /** {@return the entries that wait, in order} */
  List<Waiting> waiting() {
    return new ArrayList<>(waiting.values());
  }

  @Nullable Waiting waiting(String id) {
    return waiting.get(id);
  }

  JournalEvent.@Nullable How settled(String id) {
    return settled.get(id);
  }

  /** {@return the dead letter at which the queue stands still, null when it does not} */
  @Nullable String stoppedAt() {
    return stoppedAt;
  }

  boolean isOneByOne() {
    return oneByOne;
  }

  long lastEventId() {
    return lastEventId;
  }

  /** {@return whether nothing of it is needed any more but for questions about what was} */
  boolean isClear() {
    return waiting.isEmpty() && stoppedAt == null && !oneByOne;
  }
}
