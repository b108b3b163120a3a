// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Event streams and the log of them all. Runs under the store's lock. */
final class StreamTable {

  /** What was appended with a key, and the answer. */
  record Keyed(List<NewEvent> content, Appended answer) {}

  /** The snapshot that an archiving relied on last. */
  record Anchor(String schema, long version) {}

  /** One stream. It outlives its events. */
  static final class Stream {
    final NavigableMap<Long, StreamEvent> events = new TreeMap<>();
    final Map<String, Keyed> keys = new HashMap<>();
    final Map<String, NavigableMap<Long, StoredSnapshot>> snapshots = new HashMap<>();
    private final Instant createdAt;
    @Nullable Anchor anchor;
    private long lastVersion;
    private Instant lastRecordedAt;

    private Stream(Instant createdAt) {
      this.createdAt = createdAt;
      lastRecordedAt = createdAt;
    }

    long firstVersion() {
      return events.isEmpty() ? lastVersion + 1 : events.firstKey();
    }

    long lastVersion() {
      return lastVersion;
    }

    StreamInfo info(StreamId id) {
      return new StreamInfo(id, firstVersion(), lastVersion, createdAt, lastRecordedAt);
    }
  }

  /** The events by the number of their position. */
  final NavigableMap<Long, StreamEvent> log = new TreeMap<>();

  private final Map<StreamId, Stream> streams = new HashMap<>();
  private final Set<LogPosition> damaged = new HashSet<>();
  private final Set<StoredSnapshot> damagedSnapshots = new HashSet<>();
  private long lastPosition;
  private @Nullable Instant lastRecordedAt;
  private @Nullable StreamEvent archivedThrough;

  static LogPosition position(long number) {
    return new LogPosition(number, 0);
  }

  LogPosition head() {
    return position(lastPosition);
  }

  long lastPosition() {
    return lastPosition;
  }

  @Nullable Instant lastRecordedAt() {
    return lastRecordedAt;
  }

  @Nullable Stream find(StreamId id) {
    return streams.get(id);
  }

  Set<Map.Entry<StreamId, Stream>> all() {
    return streams.entrySet();
  }

  /** Writes events that were checked. */
  void add(Collection<StreamEvent> events) {
    for (StreamEvent event : events) {
      Stream stream = streams.computeIfAbsent(event.stream(), id -> new Stream(event.recordedAt()));
      stream.events.put(event.version(), event);
      stream.lastVersion = event.version();
      stream.lastRecordedAt = event.recordedAt();
      lastPosition = event.position().major();
      lastRecordedAt = event.recordedAt();
      log.put(lastPosition, event);
    }
  }

  /** Removes an event, which has left its stream. */
  void archive(StreamEvent event) {
    log.remove(event.position().major());
    if (archivedThrough == null || event.position().isAfter(archivedThrough.position())) {
      archivedThrough = event;
    }
  }

  /** The last position of which an event was archived, null for none. */
  @Nullable LogPosition archivedThrough() {
    return archivedThrough == null ? null : archivedThrough.position();
  }

  /** The events that were recorded at a moment or before. */
  long lastPositionAt(Instant time) {
    long last = 0;
    for (StreamEvent event : log.values()) {
      if (event.recordedAt().isAfter(time)) {
        break;
      }
      last = event.position().major();
    }
    if (archivedThrough != null && !archivedThrough.recordedAt().isAfter(time)) {
      last = Math.max(last, archivedThrough.position().major());
    }
    return last;
  }

  /** Makes the oldest event of a stream unreadable. */
  void damageOldest(String id) {
    damaged.add(
        log.values().stream()
            .filter(event -> event.stream().id().equals(id))
            .findFirst()
            .orElseThrow()
            .position());
  }

  /** Makes the oldest snapshot of streams with an id unreadable. */
  void damageOldestSnapshot(String id) {
    damagedSnapshots.add(
        snapshots(id).stream()
            .min(Comparator.comparingLong(stored -> stored.snapshot().version()))
            .orElseThrow());
  }

  boolean isDamaged(StoredSnapshot snapshot) {
    return damagedSnapshots.contains(snapshot);
  }

  /** The snapshots of the streams with an id. */
  List<StoredSnapshot> snapshots(String id) {
    return streams.entrySet().stream()
        .filter(stream -> stream.getKey().id().equals(id))
        .flatMap(stream -> stream.getValue().snapshots.values().stream())
        .flatMap(snapshots -> snapshots.values().stream())
        .toList();
  }

  boolean isDamaged(StreamEvent event) {
    return damaged.contains(event.position());
  }
}
