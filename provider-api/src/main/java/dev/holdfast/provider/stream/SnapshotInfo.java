// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;

/**
 * A snapshot in a list, without its state.
 *
 * @param version the version of the stream that it is of
 * @param schema under which kind of state it is stored
 * @param size the bytes of the state
 * @param storedAt the store's now of the put
 * @param anchor whether an archiving relied on it last, so that it stays (SNAPSHOT-10)
 */
public record SnapshotInfo(
    long version, String schema, int size, Instant storedAt, boolean anchor) {}
