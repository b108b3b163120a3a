// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream with what became of it, for people (ES-11).
 *
 * @param event what is stored
 * @param data its data, absent when they cannot be read or are the library's own
 * @param invalidatedBy the version of the event that says that this one does not count any more,
 *     absent when it counts
 * @param invalidates the version of the event that does not count any more because of this one,
 *     absent for every other event
 * @param reason why, absent for every other event
 * @param <E> the events
 */
public record TimelineEntry<E>(
    StreamEvent event,
    @Nullable E data,
    @Nullable Long invalidatedBy,
    @Nullable Long invalidates,
    @Nullable String reason) {}
