// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.StreamId;

/** What is said of versions that a stream has not reached. Stateless. */
public final class StreamRefusals {

  private StreamRefusals() {}

  /** {@return the refusal of a snapshot; {@code last} is the version of the stream} */
  public static VersionConflict notReached(String operation, Snapshot snapshot, long last) {
    return conflict(
        operation,
        snapshot.stream(),
        "a snapshot of %d was put; name the version of the last event that is folded in"
            .formatted(snapshot.version()),
        snapshot.version(),
        last);
  }

  /** {@return the refusal of an archiving; {@code last} is the version of the stream} */
  static VersionConflict notReached(String operation, StreamId stream, long through, long last) {
    return conflict(operation, stream, through + " was to be archived", through, last);
  }

  private static VersionConflict conflict(
      String operation, StreamId stream, String what, long expected, long last) {
    return new VersionConflict(
        operation,
        "stream " + stream,
        "stream %s is at version %d, and %s".formatted(stream, last, what),
        expected,
        last,
        null);
  }
}
