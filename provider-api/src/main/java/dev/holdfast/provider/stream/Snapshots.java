// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots of streams. They decide nothing: no call but those here answers otherwise because there
 * is one (SNAPSHOT-11). Thread-safe; fails like {@link dev.holdfast.provider.Provider}.
 */
public interface Snapshots extends Capability {

  /**
   * Stores a snapshot: {@link dev.holdfast.provider.Changes#apply} of a {@link PutSnapshot},
   * without a fence. Safe to repeat.
   *
   * @param snapshot the snapshot
   * @return true when it was stored, false when one of its stream, schema and version was there,
   *     and stays (SNAPSHOT-05)
   * @throws ProviderError.VersionConflict when the stream has not reached the version (SNAPSHOT-06)
   * @throws ProviderError.InvalidRequest when the state is over the payload limit
   */
  boolean put(Snapshot snapshot);

  /**
   * Finds the snapshot with the greatest version at or below a bound (SNAPSHOT-03).
   *
   * @param stream the stream
   * @param version the bound, from 0
   * @param schema the kind of state
   * @return the snapshot, empty when there is none
   * @throws ProviderError.InvalidRequest when the bound is negative or the schema no identifier
   * @throws ProviderError.CorruptData when it cannot be read; an older one can be asked for
   *     (SNAPSHOT-12)
   */
  Optional<StoredSnapshot> latestAtOrBefore(StreamId stream, long version, String schema);

  /**
   * Lists the snapshots of a stream, of all schemas, the newest version first, then by schema in
   * code point order.
   *
   * @param stream the stream
   * @param limit the most entries, from 1 to {@link StreamLimits#maxPageSize()}
   * @return the snapshots; none for an unknown stream
   * @throws ProviderError.InvalidRequest when the limit is out of range
   */
  List<SnapshotInfo> list(StreamId stream, int limit);

  /**
   * Removes all but the newest snapshots of a stream and schema (SNAPSHOT-09). The one that an
   * archiving relied on last stays, whatever the number says (SNAPSHOT-10).
   *
   * @param stream the stream
   * @param schema the kind of state
   * @param keep how many stay, from 0
   * @return how many went
   * @throws ProviderError.InvalidRequest when the number is negative or the schema no identifier
   */
  int prune(StreamId stream, String schema, int keep);
}
