// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.internal.Own;
import dev.holdfast.streams.internal.StoreAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who still needs an event: what was not folded in, and what is parked. Thread-safe. */
final class Needs {

  private final StoreAccess store;
  private final @Nullable Projections projections;
  private final Set<String> others;

  /** Passes over projections, by their names in the store. */
  Needs(StoreAccess store, Set<String> others) {
    this.store = store;
    projections = store.provider().capability(Projections.class).orElse(null);
    this.others = others;
  }

  /**
   * Looks for who needs events of a stream.
   *
   * @param last the last of them
   * @return who, and what to do; null for nobody
   */
  @Nullable String of(StreamEvent last) {
    Projections rows = projections;
    if (rows == null) {
      return null;
    }
    for (String name : store.patience().call(rows::projections)) {
      ProjectionInfo info =
          Own.isProjection(name) || others.contains(name)
              ? null
              : store.patience().call(() -> rows.projection(name)).orElse(null);
      if (info != null) {
        for (GenerationInfo generation : info.generations()) {
          String need = of(rows, name, generation, last);
          if (need != null) {
            return need;
          }
        }
      }
    }
    return null;
  }

  private @Nullable String of(
      Projections rows, String name, GenerationInfo generation, StreamEvent last) {
    for (ShardInfo shard : generation.shards()) {
      if (shard.checkpoint().isBefore(last.position())) {
        return "generation %d of projection %s is at %s and has not come to %s; let it catch up, drop it, or say that it does not need these events"
            .formatted(generation.generation(), name, shard.checkpoint(), last.position());
      }
    }
    LogPosition after = LogPosition.START;
    while (generation.parked() > 0 && after.isBefore(last.position())) {
      LogPosition from = after;
      int limit = store.streams().limits().maxPageSize();
      var page =
          store.patience().call(() -> rows.parked(name, generation.generation(), from, limit));
      for (ParkedEvent event : page) {
        if (event.stream().equals(last.stream()) && event.version() <= last.version()) {
          return "version %d is parked in generation %d of projection %s; retry or drop it there"
              .formatted(event.version(), generation.generation(), name);
        }
      }
      if (page.size() < limit) {
        return null;
      }
      after = page.getLast().position();
    }
    return null;
  }
}
