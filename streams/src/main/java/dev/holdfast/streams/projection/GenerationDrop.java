// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Objects;
import java.util.function.Supplier;

/** How a generation of a projection that is not live goes, with all its rows. */
final class GenerationDrop<E, R> {

  private static final int ROWS_AT_ONCE = 1_000;

  private final Site<E, R> site;

  GenerationDrop(Site<E, R> site) {
    this.site = site;
  }

  /**
   * Drops it.
   *
   * @param live asked how far the live generation is, where that matters
   * @return how many rows went
   */
  long drop(int generation, Supplier<LogPosition> live) {
    ProjectionInfo info = site.info();
    boolean there = info.generations().stream().anyMatch(each -> each.generation() == generation);
    if (there && generation != info.live()) {
      if (site.projection.effect() != null) {
        requireEffects(info, generation, live.get());
      }
      if (site.table != null) {
        dropTable(generation);
      }
    }
    long removed = 0;
    while (true) {
      DropStep step =
          site.store.patience().call(() -> site.rows.drop(site.name, generation, ROWS_AT_ONCE));
      removed += step.removed();
      if (step.done()) {
        return removed;
      }
    }
  }

  /** An effect is had by whichever generation comes first to its event. */
  private static void requireEffects(ProjectionInfo info, int generation, LogPosition live) {
    LogPosition caused = Collections.max(Site.checkpoints(Site.generation(info, generation)));
    if (live.isBefore(caused)) {
      throw new IllegalStateException(
          "generation %d has come to %s, and the live one has not; its effects would come again"
              .formatted(generation, caused));
    }
  }

  private void dropTable(int generation) {
    try (Connection connection = TableSession.open(Objects.requireNonNull(site.connections))) {
      Objects.requireNonNull(site.table).drop(connection, generation);
      connection.commit();
    } catch (SQLException e) {
      throw TableSession.failed(e);
    }
  }
}
