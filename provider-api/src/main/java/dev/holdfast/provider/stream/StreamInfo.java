// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;

/**
 * What there is to say of a stream that has or had events.
 *
 * @param stream the stream
 * @param firstVersion the lowest version that is still there; one above the last when all events
 *     were archived
 * @param lastVersion the version of the last event
 * @param createdAt the time of the first event
 * @param lastRecordedAt the time of the last event
 */
public record StreamInfo(
    StreamId stream,
    long firstVersion,
    long lastVersion,
    Instant createdAt,
    Instant lastRecordedAt) {}
