// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.reference.StreamTable.Keyed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the changes of one call make of streams and projections: each is checked against what the
 * earlier ones would make, then all is written. Runs under the store's lock.
 */
final class StreamDraft {

  private record KeyOf(StreamId stream, String key) {}

  private final String operation;
  private final StreamTable table;
  private final Instant now;
  private final Instant recordedAt;
  private final List<StreamEvent> events = new ArrayList<>();
  private final Map<StreamId, Long> versions = new HashMap<>();
  private final Map<KeyOf, Keyed> keys = new HashMap<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final ProjectionDraft projections;

  StreamDraft(String operation, ReferenceStore store, Instant now) {
    this.operation = operation;
    table = store.streams;
    projections = new ProjectionDraft(operation, store.projections, table.head(), now);
    this.now = now;
    Instant last = table.lastRecordedAt();
    recordedAt = last != null && last.isAfter(now) ? last : now;
  }

  /** Checks a change against the ones before it. */
  ChangeResult add(StreamChange change) {
    return switch (change) {
      case AppendEvents append -> add(append);
      case PutSnapshot(Snapshot snapshot) -> put(snapshot);
      case UpdateProjection update -> projections.add(update);
    };
  }

  /** The key is looked up before the expected version (STREAM-19). */
  private Appended add(AppendEvents append) {
    StreamId id = append.stream();
    String key = append.key();
    Keyed known = key == null ? null : known(id, key);
    if (key != null && known != null) {
      if (!sameContent(known.content(), append.events())) {
        throw new IdempotencyMismatch(operation, id, key);
      }
      return known.answer().asRepeat();
    }
    long last = lastVersion(id);
    if (!append.expected().fits(last)) {
      throw new VersionConflict(operation, id, append.expected(), last);
    }
    long position = table.lastPosition() + events.size();
    long version = last;
    for (NewEvent event : append.events()) {
      events.add(
          new StreamEvent(id, ++version, StreamTable.position(++position), recordedAt, event));
    }
    versions.put(id, version);
    Appended appended =
        new Appended(
            id,
            last + 1,
            version,
            StreamTable.position(position - append.events().size() + 1),
            StreamTable.position(position),
            recordedAt,
            false);
    if (key != null) {
      keys.put(new KeyOf(id, key), new Keyed(append.events(), appended));
    }
    return appended;
  }

  private SnapshotStored put(Snapshot snapshot) {
    StreamId id = snapshot.stream();
    long last = lastVersion(id);
    if (snapshot.version() > last) {
      throw new VersionConflict(
          operation,
          "stream " + id,
          "stream %s is at version %d, and a snapshot of %d was put; name the version of the last event that is folded in"
              .formatted(id, last, snapshot.version()),
          snapshot.version(),
          last,
          null);
    }
    StreamTable.Stream stream = table.find(id);
    boolean there =
        (stream != null
                && stream
                    .snapshots
                    .getOrDefault(snapshot.schema(), new TreeMap<>())
                    .containsKey(snapshot.version()))
            || snapshots.stream()
                .anyMatch(put ->
                    put.stream().equals(id)
                        && put.version() == snapshot.version()
                        && put.schema().equals(snapshot.schema()));
    if (!there) {
      snapshots.add(snapshot);
    }
    return new SnapshotStored(!there);
  }

  private @Nullable Keyed known(StreamId id, String key) {
    Keyed drafted = keys.get(new KeyOf(id, key));
    if (drafted != null) {
      return drafted;
    }
    StreamTable.Stream stream = table.find(id);
    return stream == null ? null : stream.keys.get(key);
  }

  private long lastVersion(StreamId id) {
    Long drafted = versions.get(id);
    if (drafted != null) {
      return drafted;
    }
    StreamTable.Stream stream = table.find(id);
    return stream == null ? 0 : stream.lastVersion();
  }

  /** What is compared of a repeat (STREAM-20). */
  private static boolean sameContent(List<NewEvent> first, List<NewEvent> again) {
    if (first.size() != again.size()) {
      return false;
    }
    for (int i = 0; i < first.size(); i++) {
      NewEvent one = first.get(i);
      NewEvent other = again.get(i);
      if (!one.type().equals(other.type())
          || one.schemaVersion() != other.schemaVersion()
          || !one.data().equals(other.data())
          || !one.tags().equals(other.tags())) {
        return false;
      }
    }
    return true;
  }

  /** Writes what was checked. */
  void write() {
    projections.write();
    table.add(events);
    keys.forEach((of, keyed) -> {
      StreamTable.Stream stream = table.find(of.stream());
      if (stream != null) {
        stream.keys.put(of.key(), keyed);
      }
    });
    for (Snapshot snapshot : snapshots) {
      StreamTable.Stream stream = table.find(snapshot.stream());
      if (stream != null) {
        stream
            .snapshots
            .computeIfAbsent(snapshot.schema(), schema -> new TreeMap<>())
            .put(snapshot.version(), new StoredSnapshot(snapshot, now));
      }
    }
  }
}
