// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.StoreAccess;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A projection in a store, and where its rows are. Thread-safe. */
final class Site<E, R> {

  /** Where the rows are, and when they change. */
  enum Kind {
    FOLLOWING,
    INLINE,
    TABLE
  }

  final StoreAccess store;
  final Projection<E, R> projection;
  final Projections rows;
  final String name;
  final Kind kind;
  final int shards;
  final RowCodec<R> codec;
  final @Nullable RowTable<R> table;
  final RowTable.@Nullable Connections connections;

  Site(
      StoreAccess store,
      Projection<E, R> projection,
      Kind kind,
      int shards,
      @Nullable RowTable<R> table,
      RowTable.@Nullable Connections connections) {
    this.store = store;
    this.projection = projection;
    this.kind = kind;
    this.shards = shards;
    this.table = table;
    this.connections = connections;
    rows =
        store
            .provider()
            .capability(Projections.class)
            .orElseThrow(() -> new ProviderError.NotSupported("Projector", Feature.PROJECTIONS));
    name = store.tenant().storedCategory(projection.name());
    codec = new RowCodec<>(projection.rowType());
  }

  /** The shard of a stream, the same in every process. */
  static int shardOf(StreamId stored, int shards) {
    return Math.floorMod((stored.category() + '\0' + stored.id()).hashCode(), shards);
  }

  /** What is there; the first generation is made where there is none. */
  ProjectionInfo info() {
    Optional<ProjectionInfo> found = store.patience().call(() -> rows.projection(name));
    if (found.isPresent()) {
      return found.get();
    }
    try {
      rows.create(name, 0, shards, LogPosition.START);
    } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
      // Somebody has made it, perhaps this call.
    }
    return store
        .patience()
        .call(() -> rows.projection(name))
        .orElseThrow(() -> new EventSourcingException(name + " could not be made", null));
  }

  static GenerationInfo generation(ProjectionInfo info, int generation) {
    return info.generations().stream()
        .filter(each -> each.generation() == generation)
        .findFirst()
        .orElseThrow(() ->
            new ProviderError.NotFound(
                "Projector",
                info.projection(),
                "generation %d of projection %s".formatted(generation, info.projection())));
  }

  static List<LogPosition> checkpoints(GenerationInfo generation) {
    return generation.shards().stream().map(ShardInfo::checkpoint).toList();
  }

  /** What a generation says about itself; says first which build it is, where nobody has. */
  Meta meta(int generation) {
    while (true) {
      ProjectionRow row = store.patience().call(() -> rows.row(name, generation, Meta.KEY)).row();
      Meta meta = row == null ? Meta.read(null, 0) : Meta.read(row.value(), row.version());
      if (meta.build() > 0) {
        return meta;
      }
      List<LogPosition> at = checkpoints(generation(info(), generation));
      Meta said = new Meta(projection.build(), meta.dropped(), 0);
      RowChange put = new RowChange.Put(Meta.KEY, said.write(), meta.version());
      try {
        rows.update(
            UpdateProjection.advancing(
                name, generation, List.of(put), new Advance(0, at.get(0), at.get(0))),
            null);
      } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
        // Somebody else was faster, or the shard has moved: look again.
      }
    }
  }

  /** What a generation has parked. */
  ParkedEvents parkedEvents(int generation) {
    return new ParkedEvents(store, rows, name, generation);
  }

  RowSession session(int generation, int shard, LogPosition from, @Nullable Fence fence) {
    return table == null || connections == null
        ? new StoreSession(rows, name, generation, shard, from, fence)
        : new TableSession<>(rows, name, generation, from, fence, codec, table, connections);
  }
}
