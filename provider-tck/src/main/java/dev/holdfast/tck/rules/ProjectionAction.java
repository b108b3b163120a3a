// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two stores are told alike. Positions are said by their number: 0 for the start, n for the
 * event that was appended as the n-th, and more than there are for one behind the head.
 */
sealed interface ProjectionAction {

  /** The generation and row changes of an update. */
  record Rows(String projection, int generation, List<Row> rows) {}

  /**
   * A row change.
   *
   * @param value what to put, absent for a removal
   * @param seen which of the versions that the row had is seen: 0 for absent, 1 for the last one, 2
   *     for the one before; absent for any
   */
  record Row(String key, @Nullable String value, @Nullable Integer seen) {}

  /** Appends an event, with an inline update if there is one. */
  record Append(String stream, @Nullable Rows inline) implements ProjectionAction {}

  /** Makes a generation. */
  record Create(String projection, int newest, int shards, int startAfter)
      implements ProjectionAction {}

  /** Moves a checkpoint. */
  record Update(Rows rows, int shard, int from, int to, List<Integer> park, List<Integer> unpark)
      implements ProjectionAction {}

  /** Switches. */
  record MakeLive(String projection, int generation, int live, @Nullable Integer atLeast)
      implements ProjectionAction {}

  /** Drops some rows. */
  record Drop(String projection, int generation, int limit) implements ProjectionAction {}
}
