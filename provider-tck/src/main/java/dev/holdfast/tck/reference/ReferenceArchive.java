// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StreamChecks;
import java.util.TreeMap;

/** Removes events that a snapshot covers. Thread-safe. */
final class ReferenceArchive implements StreamArchive {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final StreamChecks checks;

  ReferenceArchive(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks.streams();
  }

  @Override
  public ArchiveStep archive(StreamId id, long through, String schema, int limit) {
    String operation = "archive";
    checks.checkArchive(operation, through, schema, limit);
    return handle.whole(operation, () -> step(operation, id, through, schema, limit));
  }

  private ArchiveStep step(String operation, StreamId id, long through, String schema, int limit) {
    StreamTable.Stream stream = store.streams.find(id);
    long last = stream == null ? 0 : stream.lastVersion();
    if (stream == null || through > last) {
      throw new VersionConflict(
          operation,
          "stream " + id,
          "stream %s is at version %d, and %d was to be archived".formatted(id, last, through),
          through,
          last,
          null);
    }
    if (!stream.snapshots.getOrDefault(schema, new TreeMap<>()).containsKey(through)) {
      throw new NotFound(
          operation,
          null,
          "stream %s has no snapshot of version %d under %s".formatted(id, through, schema));
    }
    if (through >= stream.firstVersion() - 1) {
      stream.anchor = new StreamTable.Anchor(schema, through);
    }
    int removed = 0;
    while (removed < limit && !stream.events.isEmpty() && stream.events.firstKey() <= through) {
      store.streams.archive(stream.events.pollFirstEntry().getValue());
      removed++;
    }
    return new ArchiveStep(removed, Math.max(0, through - stream.firstVersion() + 1));
  }
}
