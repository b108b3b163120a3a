// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;

/**
 * An event of a stream, as it is stored: immutable, and the same from every read (READ-01).
 *
 * @param stream the stream
 * @param version its place there: 1, 2, 3 and so on (STREAM-03)
 * @param position the cut of the log right behind it (ORDER-01)
 * @param recordedAt the store's now of the append; never falls along the log (ORDER-14)
 * @param content what was appended
 */
public record StreamEvent(
    StreamId stream, long version, LogPosition position, Instant recordedAt, NewEvent content) {}
