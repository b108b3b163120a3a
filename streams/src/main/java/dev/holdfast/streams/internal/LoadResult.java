// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import org.jspecify.annotations.Nullable;

/**
 * What a load has found, and what it cost.
 *
 * @param folded the state
 * @param lastVersion the version of the last event of the stream, 0 when it has none
 * @param base the version of the state that it began from, 0 for the initial one
 * @param fromSnapshot the version of the snapshot that it began from, absent for none
 * @param eventsRead how many events it read from there: what the answer is made of
 * @param pages in how many pages
 * @param eventsReadBefore how many it had read in vain, because of events that were invalidated
 * @param <S> the state
 */
public record LoadResult<S>(
    Folded<S> folded,
    long lastVersion,
    long base,
    @Nullable Long fromSnapshot,
    long eventsRead,
    int pages,
    long eventsReadBefore) {}
