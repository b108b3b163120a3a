// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of rows of a projection, of one committed state (PROJECTION-11, PROJECTION-12).
 *
 * @param generation the generation that was read; a page from another one than the first page's is
 *     recognised by it
 * @param checkpoints its checkpoints, by shard
 * @param rows the rows, by key in code point order
 * @param nextKey the key behind which to go on, absent when no row follows
 */
public record RowPage(
    int generation,
    List<LogPosition> checkpoints,
    List<ProjectionRow> rows,
    @Nullable String nextKey) {
  /** Copies the lists. */
  public RowPage {
    checkpoints = List.copyOf(checkpoints);
    rows = List.copyOf(rows);
  }
}
