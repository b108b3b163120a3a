// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.internal.Invalidated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fold of the log in memory, as of a cut for each shard; it only goes on. All its rows are in
 * memory. One thread.
 */
final class MemoryFold<E, R> {

  private record Place(StreamId stream, long version) {}

  private final Site<E, R> site;
  private final EventReader<E> reader;
  private final Exclusions exclusions;
  private final NavigableMap<String, Payload> rows = new TreeMap<>(MemoryFold::byCodePoints);
  private final Map<String, LogPosition> changedAt = new HashMap<>();
  private final Map<StreamId, Set<String>> touched = new HashMap<>();
  private final Set<Place> invalid = new HashSet<>();
  private final Map<StreamId, Long> folded = new HashMap<>();
  private List<LogPosition> done;
  private long events;

  MemoryFold(Site<E, R> site, Exclusions exclusions, int shards) {
    this.site = site;
    this.exclusions = exclusions;
    reader = new EventReader<>(site.store, site.projection);
    done = Collections.nCopies(shards, LogPosition.START);
  }

  /** The order in which stores list keys. */
  static int byCodePoints(String one, String other) {
    int i = 0;
    while (i < one.length() && i < other.length()) {
      int a = one.codePointAt(i);
      int b = other.codePointAt(i);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
    }
    return Integer.compare(one.length(), other.length());
  }

  Exclusions exclusions() {
    return exclusions;
  }

  NavigableMap<String, Payload> rows() {
    return rows;
  }

  LogPosition changedAt(String key) {
    return changedAt.getOrDefault(key, LogPosition.START);
  }

  Set<String> touchedBy(StreamId stored) {
    return touched.getOrDefault(stored, Set.of());
  }

  long events() {
    return events;
  }

  /** Folds in what lies before a cut, one position for each shard. */
  void advance(List<LogPosition> cut) {
    List<LogPosition> target = new ArrayList<>();
    for (int i = 0; i < done.size(); i++) {
      target.add(cut.get(i).isAfter(done.get(i)) ? cut.get(i) : done.get(i));
    }
    if (target.equals(done)) {
      return;
    }
    if (learn(target)) {
      rows.clear();
      changedAt.clear();
      touched.clear();
      folded.clear();
      done = Collections.nCopies(done.size(), LogPosition.START);
    }
    LogPosition from = Collections.min(done);
    LogPosition end = Collections.max(target);
    while (from.isBefore(end)) {
      LogPage page = reader.page(from, site.store.pageSize(), Duration.ZERO);
      if (from.equals(LogPosition.START)) {
        reader.checkWhole(page);
      }
      for (StreamEvent event : page.events()) {
        int shard = Site.shardOf(event.stream(), done.size());
        if (event.position().isAfter(done.get(shard))
            && !event.position().isAfter(target.get(shard))
            && reader.concerns(event)) {
          fold(event);
        }
      }
      from = page.atEnd() ? end : page.next();
    }
    done = List.copyOf(target);
  }

  /** Learns which events do not count; returns whether one of them is folded in. */
  private boolean learn(List<LogPosition> target) {
    boolean inVain = false;
    LogPosition from = Collections.min(done);
    LogPosition end = Collections.max(target);
    while (from.isBefore(end)) {
      LogPage page = reader.invalidations(from);
      for (StreamEvent event : page.events()) {
        Invalidated said = reader.concerns(event) ? Invalidated.read(event.content()) : null;
        int shard = Site.shardOf(event.stream(), done.size());
        if (said != null
            && !event.position().isAfter(target.get(shard))
            && invalid.add(new Place(event.stream(), said.version()))) {
          inVain |= folded.getOrDefault(event.stream(), 0L) >= said.version();
        }
      }
      from = page.atEnd() ? end : page.next();
    }
    return inVain;
  }

  private void fold(StreamEvent event) {
    folded.put(event.stream(), event.version());
    if (Invalidated.is(event.content())
        || invalid.contains(new Place(event.stream(), event.version()))
        || exclusions.has(event)) {
      return;
    }
    Overlay<R> overlay = new Overlay<>(site.codec, key -> new Found(rows.get(key), 0));
    try {
      ProjectedEvent<E> read = reader.read(event);
      if (read == null) {
        return;
      }
      overlay.apply(site.projection.handler().handle(read, overlay));
    } catch (Exception e) {
      throw new ProjectionStoppedException(
          site.projection.name(), event.stream() + "@" + event.version(), 1, e);
    }
    events++;
    for (Edit edit : overlay.edits()) {
      Payload value = edit.value();
      if (value == null) {
        rows.remove(edit.key());
      } else {
        rows.put(edit.key(), value);
      }
      changedAt.put(edit.key(), event.position());
      touched.computeIfAbsent(event.stream(), any -> new HashSet<>()).add(edit.key());
    }
  }
}
