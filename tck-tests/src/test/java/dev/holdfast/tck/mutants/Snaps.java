// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes calls of snapshots on; broken variants override one. */
class Snaps extends Forwarding {

  final Snapshots right;
  final Changes changes;

  Snaps(Provider inner) {
    super(inner);
    right = inner.capability(Snapshots.class).orElseThrow();
    changes = inner.capability(Changes.class).orElseThrow();
  }

  /** A change on its way in. */
  Change written(Change change) {
    return change instanceof PutSnapshot(Snapshot snapshot)
        ? new PutSnapshot(written(snapshot))
        : change;
  }

  Snapshot written(Snapshot snapshot) {
    return snapshot;
  }

  private List<Change> written(List<Change> list) {
    return list.stream().map(this::written).toList();
  }

  List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
    return changes.apply(written(list), fence);
  }

  boolean put(Snapshot snapshot) {
    return ((SnapshotStored) apply(List.of(new PutSnapshot(snapshot)), null).getFirst()).stored();
  }

  Optional<StoredSnapshot> latest(StreamId stream, long version, String schema) {
    return right.latestAtOrBefore(stream, version, schema);
  }

  List<SnapshotInfo> list(StreamId stream, int limit) {
    return right.list(stream, limit);
  }

  int prune(StreamId stream, String schema, int keep) {
    return right.prune(stream, schema, keep);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return inner.ackOrchestrationItem(ack.withChanges(written(ack.changes())));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return inner.ackActivityItem(ack.withChanges(written(ack.changes())));
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == Snapshots.class) {
      return Optional.of(type.cast(snapshots));
    }
    if (type == Changes.class) {
      return Optional.of(type.cast(alone));
    }
    return super.capability(type);
  }

  private final Changes alone =
      new Changes() {
        @Override
        public int maxChanges() {
          return changes.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
          return Snaps.this.apply(list, fence);
        }
      };

  private final Snapshots snapshots =
      new Snapshots() {
        @Override
        public boolean put(Snapshot snapshot) {
          return Snaps.this.put(snapshot);
        }

        @Override
        public Optional<StoredSnapshot> latestAtOrBefore(
            StreamId stream, long version, String schema) {
          return Snaps.this.latest(stream, version, schema);
        }

        @Override
        public List<SnapshotInfo> list(StreamId stream, int limit) {
          return Snaps.this.list(stream, limit);
        }

        @Override
        public int prune(StreamId stream, String schema, int keep) {
          return Snaps.this.prune(stream, schema, keep);
        }
      };
}
