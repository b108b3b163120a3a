// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.ParkedStreamException;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of executing a command: load, decide, and what follows when its append was applied,
 * alone or in the ack of a turn. Thread-safe.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class Commands<S, C, E> {

  private final StoreAccess store;
  private final Aggregate<S, C, E> aggregate;
  private final Loader<S, E> loader;
  private final Appends appends;
  private final StateCache<S> cache;

  /** Executes commands of an aggregate on a store. */
  public Commands(StoreAccess store, Aggregate<S, C, E> aggregate) {
    this.store = store;
    this.aggregate = aggregate;
    loader = new Loader<>(store, aggregate);
    appends = new Appends(store.settings());
    cache = new StateCache<>(store.settings().cachedStates());
  }

  public Aggregate<S, C, E> aggregate() {
    return aggregate;
  }

  public StoreAccess store() {
    return store;
  }

  Loader<S, E> loader() {
    return loader;
  }

  /** The stream of an id, as it is stored. */
  public StreamId stream(String id) {
    return store.tenant().stored(aggregate.category(), id);
  }

  /** Returns the version of the last event that a key has appended, null when there is none. */
  public @Nullable Long lastVersion(StreamId stream, String key) {
    List<StreamEvent> events = new FirstOutcome(store).of(stream, key);
    return events.isEmpty() ? null : events.getLast().version();
  }

  /** Loads the present state: what is kept or in a snapshot, and what is newer. */
  public LoadResult<S> load(StreamId stream) {
    return load(stream, cache.get(stream));
  }

  /**
   * Reads what is newer than a state; only that, unless it contains what does not count any more.
   */
  public LoadResult<S> catchUp(Folded<S> folded) {
    return load(folded.stream(), folded);
  }

  /**
   * Loads the state as of a version.
   *
   * @param useSnapshots whether it may begin from a snapshot
   * @param base what it may begin from besides, null for nothing
   */
  public Folded<S> loadAt(
      StreamId stream, long version, boolean useSnapshots, @Nullable Folded<S> base) {
    return loader
        .load(stream, new LoadRequest<>(version, useSnapshots, store.pageSize(), base, null))
        .folded();
  }

  /** The snapshot of a state, which is not put. */
  public Snapshot snapshotOf(Folded<S> folded) {
    return loader.snapshot(folded);
  }

  private LoadResult<S> load(StreamId stream, @Nullable Folded<S> base) {
    LoadResult<S> loaded =
        loader.load(stream, new LoadRequest<>(Long.MAX_VALUE, true, store.pageSize(), base, null));
    cache.put(loaded.folded());
    if (loaded.eventsRead() > store.settings().snapshotAfterReading()) {
      offerSnapshot(loaded.folded());
    }
    return loaded;
  }

  /**
   * Decides a command.
   *
   * @param seen the state that it is decided on
   * @param key the key of the append
   * @param micros for how long the command has been under way, in microseconds
   * @param retries how often it was decided before
   * @throws ParkedStreamException when later events of the stream are set aside (ES-09)
   */
  public Decision<S, E> decide(
      Folded<S> seen, C command, String key, EventContext context, long micros, int retries) {
    if (seen.parked() != null) {
      throw new ParkedStreamException(store.tenant().seen(seen.stream()), seen.parked());
    }
    List<E> events = List.copyOf(aggregate.decide().decide(seen.state(), command));
    if (events.isEmpty()) {
      return new Decision<>(seen, events, null, seen);
    }
    List<NewEvent.Builder> drafts = new ArrayList<>();
    S state = seen.state();
    for (E event : events) {
      EncodedEvent encoded = aggregate.events().encode(event);
      drafts.add(
          NewEvent.builder(encoded.type(), encoded.data()).schemaVersion(encoded.schemaVersion()));
      // As it will be read, so that this state and one that is loaded are the same.
      E stored =
          aggregate
              .events()
              .decode(encoded)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "the type %s is written and not read".formatted(encoded.type())));
      state = aggregate.evolve().evolve(state, stored);
    }
    Appends.Place place =
        new Appends.Place(seen.stream(), seen.version(), aggregate.isHashChain(), lastHash(seen));
    AppendEvents append =
        appends.append(place, drafts, key, context, new Appends.Cost(micros, retries));
    return new Decision<>(
        seen,
        events,
        append,
        new Folded<>(
            seen.stream(),
            state,
            seen.version() + events.size(),
            HashChain.of(append.events().getLast()),
            null));
  }

  private @Nullable String lastHash(Folded<S> seen) {
    if (!aggregate.isHashChain() || seen.version() == 0 || seen.hash() != null) {
      return seen.hash();
    }
    StreamEvent last = eventAt(seen.stream(), seen.version());
    return last == null ? null : HashChain.of(last.content());
  }

  private @Nullable StreamEvent eventAt(StreamId stream, long version) {
    List<StreamEvent> events =
        store.call(streams -> streams.readStream(stream, version, Direction.FORWARDS, 1)).events();
    return events.isEmpty() || events.getFirst().version() != version ? null : events.getFirst();
  }

  /**
   * Notes that a decision was applied: keeps its state, and has a snapshot taken when it is due.
   */
  public void applied(Decision<S, E> decision) {
    Folded<S> after = decision.after();
    cache.put(after);
    int interval = store.settings().snapshotInterval();
    if (interval > 0 && after.version() / interval > decision.before().version() / interval) {
      offerSnapshot(after);
    }
  }

  /** Has a snapshot put beside the work. */
  void offerSnapshot(Folded<S> folded) {
    if (store.settings().snapshotInterval() > 0
        && folded.version() > 0
        && folded.parked() == null) {
      store.writer().offer(() -> loader.snapshot(folded));
    }
  }

  /** Puts a snapshot now; returns whether it is new. */
  public boolean putSnapshot(Snapshots snapshots, Folded<S> folded) {
    Snapshot snapshot = loader.snapshot(folded);
    return store.patience().call(() -> store.writer().put(snapshots, snapshot));
  }
}
