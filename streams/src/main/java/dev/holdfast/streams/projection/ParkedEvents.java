// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.internal.StoreAccess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a generation has parked; needs no code of the application. Thread-safe.
 *
 * @param name the name of the projection, as it is stored
 */
record ParkedEvents(StoreAccess store, Projections rows, String name, int generation) {

  /** All of them, in the order of the log. */
  List<ParkedEvent> all() {
    int limit = store.streams().limits().maxPageSize();
    List<ParkedEvent> all = new ArrayList<>();
    LogPosition after = LogPosition.START;
    while (true) {
      LogPosition from = after;
      List<ParkedEvent> page =
          store.patience().call(() -> rows.parked(name, generation, from, limit));
      all.addAll(page);
      if (page.size() < limit) {
        return all;
      }
      after = page.getLast().position();
    }
  }

  /** Drops one; returns whether it was parked. */
  boolean drop(LogPosition position) {
    while (true) {
      ParkedEvent parked = find(position);
      if (parked == null) {
        return false;
      }
      try {
        drop(Objects.requireNonNull(parked));
        return true;
      } catch (ProviderError.VersionConflict | ProviderError.NotFound e) {
        // The shard has moved, or somebody else was faster: look again.
      }
    }
  }

  private @Nullable ParkedEvent find(LogPosition position) {
    return all().stream().filter(e -> e.position().equals(position)).findFirst().orElse(null);
  }

  private void drop(ParkedEvent parked) {
    ProjectionInfo info = store.patience().call(() -> rows.projection(name)).orElseThrow();
    List<LogPosition> at = Site.checkpoints(Site.generation(info, generation));
    int shard = Site.shardOf(parked.stream(), at.size());
    ProjectionRow row = store.patience().call(() -> rows.row(name, generation, Meta.KEY)).row();
    Meta meta = row == null ? Meta.read(null, 0) : Meta.read(row.value(), row.version());
    Set<LogPosition> dropped = new HashSet<>(meta.dropped());
    dropped.add(parked.position());
    Meta now = new Meta(meta.build(), dropped, meta.version());
    rows.update(
        new UpdateProjection(
            name,
            generation,
            List.of(new RowChange.Put(Meta.KEY, now.write(), meta.version())),
            new Advance(shard, at.get(shard), at.get(shard)),
            List.of(),
            List.of(parked.position())),
        null);
  }
}
