// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import java.util.Objects;

/**
 * Stores a snapshot; it shares the fate of what it is put with (SNAPSHOT-08). The result is {@link
 * SnapshotStored}. The first one of a stream, schema and version stays (SNAPSHOT-05). A version
 * that the stream has not reached is {@link ProviderError.VersionConflict} (SNAPSHOT-06); the
 * appends before it in the list count (STREAM-11).
 *
 * @param snapshot the snapshot
 */
public record PutSnapshot(Snapshot snapshot) implements StreamChange {

  /** Checks the snapshot. */
  public PutSnapshot {
    Objects.requireNonNull(snapshot, "snapshot");
  }

  @Override
  public Feature feature() {
    return Feature.SNAPSHOTS;
  }
}
