// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.Comparison;
import dev.holdfast.streams.Difference;
import dev.holdfast.streams.Evolve;
import dev.holdfast.streams.NoSuchStreamException;
import dev.holdfast.streams.internal.json.JsonDiff;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares the states that are stored with those that another meaning of the events gives, and
 * writes nothing (ES-19). Thread-safe.
 *
 * @param <S> the state
 * @param <E> the events
 */
public final class Comparer<S, E> {

  private final Commands<S, ?, E> commands;
  private final StoreAccess store;
  private final Loader<S, E> corrected;

  /** Compares with another meaning of the events. */
  public Comparer(Commands<S, ?, E> commands, Evolve<S, E> evolve) {
    this.commands = commands;
    store = commands.store();
    corrected = new Loader<>(store, commands.aggregate().withEvolve(evolve));
  }

  /** Compares one stream. */
  public Comparison compare(StreamId stream) {
    List<Difference> differences = differences(stream);
    if (differences == null) {
      throw new NoSuchStreamException(store.tenant().seen(stream));
    }
    return new Comparison(1, differences);
  }

  /** Compares all streams of the category. */
  public Comparison compareAll() {
    List<Difference> differences = new ArrayList<>();
    long count = 0;
    String category = store.tenant().storedCategory(commands.aggregate().category());
    String after = null;
    do {
      String from = after;
      StreamList page = store.call(streams -> streams.streams(category, from, store.pageSize()));
      for (StreamInfo info : page.streams()) {
        List<Difference> found = differences(info.stream());
        differences.addAll(found == null ? List.of() : found);
        count++;
      }
      after = page.nextAfterId();
    } while (after != null);
    return new Comparison(count, differences);
  }

  /** Null for a stream without events. */
  private @Nullable List<Difference> differences(StreamId stream) {
    LoadResult<S> stored =
        commands
            .loader()
            .load(stream, new LoadRequest<>(Long.MAX_VALUE, true, store.pageSize(), null, null));
    if (stored.lastVersion() == 0) {
      return null;
    }
    long version = stored.folded().version();
    Folded<S> other =
        corrected
            .load(stream, new LoadRequest<>(version, false, store.pageSize(), null, null))
            .folded();
    return JsonDiff.of(json(stored.folded()), json(other)).stream()
        .map(f -> new Difference(stream.id(), f.pointer(), f.left(), f.right(), version))
        .toList();
  }

  private JsonNode json(Folded<S> folded) {
    Aggregate<S, ?, E> aggregate = commands.aggregate();
    return Jsons.read(Jsons.MAPPER, aggregate.writeState(folded.state()));
  }
}
