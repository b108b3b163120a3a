// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StreamChecks;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Snapshots of streams. Thread-safe. */
final class ReferenceSnapshots implements Snapshots {

  private static final Comparator<SnapshotInfo> NEWEST_FIRST =
      Comparator.comparingLong(SnapshotInfo::version)
          .reversed()
          .thenComparing(SnapshotInfo::schema, IdOrder.BY_CODE_POINT);

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks requests;
  private final StreamChecks checks;

  ReferenceSnapshots(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    requests = checks;
    this.checks = checks.streams();
  }

  @Override
  public boolean put(Snapshot snapshot) {
    String operation = "put";
    PutSnapshot change = new PutSnapshot(snapshot);
    requests.check(operation, List.of(change), null);
    store.beforeApply();
    return handle.whole(
        operation, () -> ((SnapshotStored) ChangeDraft.alone(operation, store, change)).stored());
  }

  private Map<String, NavigableMap<Long, StoredSnapshot>> of(StreamId id) {
    StreamTable.Stream stream = store.streams.find(id);
    return stream == null ? Map.of() : stream.snapshots;
  }

  @Override
  public Optional<StoredSnapshot> latestAtOrBefore(StreamId id, long version, String schema) {
    String operation = "latestAtOrBefore";
    checks.checkSnapshot(operation, version, schema);
    return handle.whole(
        operation,
        () -> {
          var found = of(id).getOrDefault(schema, new TreeMap<>()).floorEntry(version);
          if (found != null && store.streams.isDamaged(found.getValue())) {
            throw new CorruptData(
                operation,
                null,
                "snapshot %d of stream %s under %s cannot be read"
                    .formatted(found.getKey(), id, schema),
                null);
          }
          return Optional.ofNullable(found).map(Map.Entry::getValue);
        });
  }

  @Override
  public List<SnapshotInfo> list(StreamId id, int limit) {
    String operation = "list";
    checks.checkPageSize(operation, limit);
    return handle.whole(
        operation,
        () ->
            of(id).values().stream()
                .flatMap(snapshots -> snapshots.values().stream())
                .map(stored -> info(id, stored))
                .sorted(NEWEST_FIRST)
                .limit(limit)
                .toList());
  }

  private SnapshotInfo info(StreamId id, StoredSnapshot stored) {
    Snapshot snapshot = stored.snapshot();
    return new SnapshotInfo(
        snapshot.version(),
        snapshot.schema(),
        snapshot.state().size(),
        stored.storedAt(),
        isAnchor(id, snapshot.schema(), snapshot.version()));
  }

  @Override
  public int prune(StreamId id, String schema, int keep) {
    String operation = "prune";
    checks.checkPrune(operation, schema, keep);
    return handle.whole(
        operation,
        () -> {
          NavigableMap<Long, StoredSnapshot> there = of(id).get(schema);
          if (there == null) {
            return 0;
          }
          List<Long> going =
              there.keySet().stream()
                  .limit(Math.max(0, there.size() - keep))
                  .filter(version -> !isAnchor(id, schema, version))
                  .toList();
          going.forEach(there::remove);
          return going.size();
        });
  }

  private boolean isAnchor(StreamId id, String schema, long version) {
    StreamTable.Stream stream = store.streams.find(id);
    return stream != null && new StreamTable.Anchor(schema, version).equals(stream.anchor);
  }
}
