// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.streams.ArchiveReader;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the library is set.
 *
 * @param snapshotInterval every how many versions a snapshot is taken, 0 for never
 * @param snapshotAfterReading after a load that read more events than this one is taken
 * @param keptSnapshots how many of a stream are kept
 * @param pageSize how many events are read at once
 * @param cachedStates of how many streams each repository keeps the state
 * @param maxAttempts how often a command is decided before it is given up
 * @param patience for how long a call that the store cannot serve now is repeated
 * @param tagged the keys of metadata that become tags
 * @param archive where archived events are read, null for nowhere
 * @param spans what traces, null for nothing
 */
public record Settings(
    int snapshotInterval,
    int snapshotAfterReading,
    int keptSnapshots,
    int pageSize,
    int cachedStates,
    int maxAttempts,
    Duration patience,
    Set<String> tagged,
    @Nullable ArchiveReader archive,
    @Nullable Spans spans) {

  /** Copies the keys. */
  public Settings {
    tagged = Set.copyOf(tagged);
  }
}
