// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a replay came to its answer (ES-13). The version of the snapshot, or 0, and the events read
 * are together the version of the state.
 *
 * @param eventsRead how many events were read from the snapshot on, or from the first one on
 * @param snapshotVersion the version of the snapshot that it began from, absent for none
 * @param pages in how many pages they were read
 * @param duration how long it took
 * @param eventsReadBefore how many events had been read in vain, because later ones invalidate
 *     events that a snapshot has, or that were folded in (ES-11)
 */
public record ReplayDebug(
    long eventsRead,
    @Nullable Long snapshotVersion,
    int pages,
    Duration duration,
    long eventsReadBefore) {}
