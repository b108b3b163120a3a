// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.ArchivedEventsException;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Loads states: begins from what is known or from a snapshot, and folds in what is newer. Which
 * snapshots there are never changes the answer (ES-14).
 *
 * <p>Events may be invalidated by later ones. A pass that finds this for an event that is in its
 * base, or that it has folded in, is given up, and another one begins before that event.
 * Thread-safe.
 *
 * @param <S> the state
 * @param <E> the events
 */
public final class Loader<S, E> {

  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);
  private static final String STATE = "state";
  private static final String HASH = "hash";

  private final StoreAccess store;
  private final Aggregate<S, ?, E> aggregate;
  private final StreamReader reader;

  /** Loads states of an aggregate. */
  public Loader(StoreAccess store, Aggregate<S, ?, E> aggregate) {
    this.store = store;
    this.aggregate = aggregate;
    reader = new StreamReader(store);
  }

  LoadResult<S> load(StreamId stream, LoadRequest<S, E> request) {
    Set<Long> invalid = new HashSet<>();
    Folded<S> base = request.base();
    boolean isSnapshot = false;
    long readBefore = 0;
    while (true) {
      if (base == null) {
        base = base(stream, request, greatestBase(request, invalid));
        isSnapshot = base.version() > 0;
      }
      FoldPass<S, E> pass =
          new FoldPass<>(aggregate, store.tenant(), base, invalid, request.events());
      StreamReader.Extent extent =
          reader.read(stream, base.version() + 1, request.until(), request.pageSize(), pass::takes);
      if (extent.missingThrough() > 0) {
        base = laterBase(stream, request, invalid, base, extent.missingThrough());
        isSnapshot = true;
      } else if (pass.isInVain()) {
        readBefore += pass.eventsRead();
        base = null;
      } else {
        return new LoadResult<>(
            pass.folded(),
            extent.lastVersion(),
            base.version(),
            isSnapshot ? Long.valueOf(base.version()) : null,
            pass.eventsRead(),
            extent.pages(),
            readBefore);
      }
    }
  }

  /** A state that contains none of the events that do not count any more. */
  private static long greatestBase(LoadRequest<?, ?> request, Set<Long> invalid) {
    long bound = request.until();
    for (long version : invalid) {
      bound = Math.min(bound, version - 1);
    }
    return bound;
  }

  private Folded<S> base(StreamId stream, LoadRequest<S, E> request, long bound) {
    Folded<S> snapshot = request.useSnapshots() ? snapshot(stream, bound) : null;
    return snapshot == null ? Folded.empty(stream, aggregate.initial()) : snapshot;
  }

  /**
   * Events behind the base were archived, perhaps a moment ago: what was archived stands in a
   * snapshot.
   */
  private Folded<S> laterBase(
      StreamId stream,
      LoadRequest<S, E> request,
      Set<Long> invalid,
      Folded<S> base,
      long missingThrough) {
    Folded<S> later = base(stream, request, greatestBase(request, invalid));
    if (later.version() > base.version()) {
      return later;
    }
    throw new ArchivedEventsException(
        store.tenant().seen(stream),
        "versions %d to %d were archived, and no snapshot of schema %s that may be used has them; give the archive to read them from"
            .formatted(base.version() + 1, missingThrough, aggregate.schema()));
  }

  /** The newest snapshot that can be read; one that cannot is passed over. */
  private @Nullable Folded<S> snapshot(StreamId stream, long bound) {
    Snapshots snapshots = store.snapshots();
    long atMost = bound;
    while (snapshots != null && atMost > 0) {
      long asked = atMost;
      Optional<StoredSnapshot> found;
      try {
        found =
            store
                .patience()
                .call(() -> snapshots.latestAtOrBefore(stream, asked, aggregate.schema()));
      } catch (ProviderError.CorruptData e) {
        LOG.warn("a snapshot of {} cannot be read; an older one is used: {}", stream, e.toString());
        atMost = greatest(snapshots, stream, asked) - 1;
        continue;
      }
      if (found.isEmpty()) {
        return null;
      }
      Snapshot snapshot = found.get().snapshot();
      try {
        return read(snapshot);
      } catch (IllegalArgumentException e) {
        LOG.warn(
            "the snapshot of {} at version {} is no {}; an older one is used: {}",
            stream,
            snapshot.version(),
            aggregate.stateType().getName(),
            e.toString());
        atMost = snapshot.version() - 1;
      }
    }
    return null;
  }

  /** The version of the snapshot that a bound leads to; 0 when it is far behind many newer ones. */
  private long greatest(Snapshots snapshots, StreamId stream, long bound) {
    int limit = store.streams().limits().maxPageSize();
    return store.patience().call(() -> snapshots.list(stream, limit)).stream()
        .filter(info -> info.schema().equals(aggregate.schema()) && info.version() <= bound)
        .mapToLong(SnapshotInfo::version)
        .max()
        .orElse(0);
  }

  private Folded<S> read(Snapshot snapshot) {
    JsonNode json = Jsons.read(Jsons.MAPPER, snapshot.state());
    JsonNode state = json.get(STATE);
    if (state == null) {
      throw new IllegalArgumentException("the snapshot has no state");
    }
    JsonNode hash = json.get(HASH);
    return new Folded<>(
        snapshot.stream(),
        aggregate.readState(Jsons.write(Jsons.MAPPER, state)),
        snapshot.version(),
        hash == null ? null : hash.asString(),
        null);
  }

  /** The snapshot of a state (ES-05). */
  Snapshot snapshot(Folded<S> folded) {
    var json = Jsons.MAPPER.createObjectNode();
    json.set(STATE, Jsons.read(Jsons.MAPPER, aggregate.writeState(folded.state())));
    if (folded.hash() != null) {
      json.put(HASH, folded.hash());
    }
    return new Snapshot(
        folded.stream(), folded.version(), aggregate.schema(), Jsons.write(Jsons.MAPPER, json));
  }
}
