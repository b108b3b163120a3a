// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;

/**
 * A snapshot, as it is stored.
 *
 * @param snapshot what was put
 * @param storedAt the store's now of the put
 */
public record StoredSnapshot(Snapshot snapshot, Instant storedAt) {}
