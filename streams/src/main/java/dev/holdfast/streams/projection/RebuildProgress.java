// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;

/**
 * Where a rebuild is.
 *
 * @param generation the generation that is being made
 * @param events how many events were replayed
 * @param checkpoint up to where all shards have come
 * @param goal up to where they go now; it moves while events are appended
 */
public record RebuildProgress(
    int generation, long events, LogPosition checkpoint, LogPosition goal) {}
