// SPDX-License-Identifier: Apache-2.0

/**
 * Old events leave the store for a place that costs less, and can still be read.
 *
 * <pre>{@code
 * Archive archive = Archive.in(new DirectorySink(Path.of("/srv/archive")));
 * EventSourcing events = EventSourcing.builder(provider).archive(archive).build();
 *
 * ArchivePolicy policy = ArchivePolicy.olderThan(Duration.ofDays(365)).keeping(100);
 * Archiver archiver = Archiver.of(events, archive, policy);
 * archiver.dryRun(ORDERS);                        // what would go, and what keeps others here
 * archiver.run(ORDERS);
 * archiver.pruneSnapshots(ORDERS, SnapshotPolicy.newest(3));
 * }</pre>
 *
 * <p>Loads go on from the snapshot that covers what has gone. Bounded replays, time travel and
 * rebuilds of projections read the archive and the store.
 */
@NullMarked
package dev.holdfast.streams.archive;

import org.jspecify.annotations.NullMarked;
