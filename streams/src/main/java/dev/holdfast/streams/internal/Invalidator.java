// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.ArchivedEventsException;
import dev.holdfast.streams.ConflictException;
import dev.holdfast.streams.NoSuchStreamException;
import dev.holdfast.streams.event.EventContext;
import java.util.List;

/** Appends what says that an event does not count any more (ES-11). Thread-safe. */
public final class Invalidator {

  private final StoreAccess store;
  private final Appends appends;
  private final boolean chained;

  /** Invalidates events of streams that are chains, or are not. */
  public Invalidator(StoreAccess store, boolean chained) {
    this.store = store;
    appends = new Appends(store.settings());
    this.chained = chained;
  }

  /** Invalidates an event; returns whether it counted until now. */
  public boolean invalidate(StreamId stream, long version, String reason, EventContext context) {
    check(stream, version);
    return Spans.around(
        store.spans(),
        store.tenant().seen(stream),
        () -> isInvalidated(stream, version, reason, context),
        isNew -> isNew);
  }

  private boolean isInvalidated(
      StreamId stream, long version, String reason, EventContext context) {
    Invalidated data = new Invalidated(version, reason);
    for (int attempt = 0; ; attempt++) {
      Appends.Place place = end(stream);
      AppendEvents append =
          appends.append(
              place, List.of(data.event()), data.key(), context, new Appends.Cost(0, attempt));
      try {
        return !store.append(append).repeated();
      } catch (ProviderError.IdempotencyMismatch e) {
        return false; // for another reason, or by somebody else
      } catch (ProviderError.VersionConflict e) {
        if (attempt + 1 >= store.settings().maxAttempts() || !Patience.backOff(attempt)) {
          throw new ConflictException(store.tenant().seen(stream), attempt + 1, e);
        }
      }
    }
  }

  private void check(StreamId stream, long version) {
    StreamId seen = store.tenant().seen(stream);
    StreamPage page =
        store.call(s -> s.readStream(stream, Math.max(1, version), Direction.FORWARDS, 1));
    if (page.lastVersion() == 0) {
      throw new NoSuchStreamException(seen);
    }
    if (version < 1 || version > page.lastVersion()) {
      throw new IllegalArgumentException(
          "stream %s has versions 1 to %d, and none is %d"
              .formatted(seen, page.lastVersion(), version));
    }
    if (version < page.firstVersion() && store.settings().archive() == null) {
      // Every snapshot has it, so that nothing could be loaded any more.
      throw new ArchivedEventsException(
          seen,
          "version %d was archived; give the archive to read from, or append an event that sets it right"
              .formatted(version));
    }
    if (!page.events().isEmpty()
        && page.events().getFirst().version() == version
        && Invalidated.is(page.events().getFirst().content())) {
      throw new IllegalArgumentException(
          "version %d of stream %s says that another event does not count; that cannot be taken back"
              .formatted(version, seen));
    }
  }

  private Appends.Place end(StreamId stream) {
    StreamPage page = store.call(s -> s.readStream(stream, Long.MAX_VALUE, Direction.BACKWARDS, 1));
    if (!page.events().isEmpty()) {
      StreamEvent last = page.events().getFirst();
      return new Appends.Place(stream, last.version(), chained, HashChain.of(last.content()));
    }
    if (chained) {
      throw new ArchivedEventsException(
          store.tenant().seen(stream),
          "all events were archived, and the next one carries the hash of the last; execute a"
              + " command first");
    }
    return new Appends.Place(stream, page.lastVersion(), false, null);
  }
}
