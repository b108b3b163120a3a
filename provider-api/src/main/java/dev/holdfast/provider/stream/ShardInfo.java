// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;

/**
 * A shard of a generation.
 *
 * @param checkpoint the position up to which the log is folded in
 * @param updatedAt the store's now of the last update that named it, that of the creation before
 */
public record ShardInfo(LogPosition checkpoint, Instant updatedAt) {}
