// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a projection, with how far its generation has read, of one committed state
 * (PROJECTION-11).
 *
 * @param generation the generation that was read
 * @param checkpoints its checkpoints, by shard
 * @param row the row, absent when there is none
 */
public record RowAnswer(
    int generation, List<LogPosition> checkpoints, @Nullable ProjectionRow row) {
  /** Copies the checkpoints. */
  public RowAnswer {
    checkpoints = List.copyOf(checkpoints);
  }
}
