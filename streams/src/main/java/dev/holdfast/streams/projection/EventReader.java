// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.event.UnknownEventTypeException;
import dev.holdfast.streams.event.UnknownTypes;
import dev.holdfast.streams.internal.Invalidated;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.internal.StreamReader;
import dev.holdfast.streams.internal.WholeLog;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the events of a projection. Thread-safe. */
final class EventReader<E> {

  private final StoreAccess store;
  private final Projection<E, ?> projection;
  private final LogFilter filter;
  private final LogFilter asked;
  private final LogFilter askedInvalidations;
  private final WholeLog whole;

  EventReader(StoreAccess store, Projection<E, ?> projection) {
    this.store = store;
    this.projection = projection;
    whole = new WholeLog(store);
    filter = projection.filter();
    int most = store.streams().limits().maxNamesPerFilter();
    Set<String> categories =
        filter.categories().stream()
            .map(store.tenant()::storedCategory)
            .collect(Collectors.toSet());
    // What does not count is said by an event that has no other property of the filter.
    Set<String> types = new HashSet<>(filter.types());
    types.add(Reserved.INVALIDATED);
    boolean all = filter.types().isEmpty() || types.size() > most;
    asked = only(categories, all ? Set.of() : types);
    askedInvalidations = only(categories, Set.of(Reserved.INVALIDATED));
  }

  private static LogFilter only(Set<String> categories, Set<String> types) {
    LogFilter all = LogFilter.all();
    return new LogFilter(categories, types, all.tags(), null, null, null, all.recorded());
  }

  LogPage page(LogPosition from, int limit, Duration wait) {
    LogRead read = LogRead.after(from, limit).matching(asked).waitingUpTo(wait);
    return whole.read(read);
  }

  LogPage invalidations(LogPosition from) {
    LogRead read = LogRead.after(from, store.pageSize()).matching(askedInvalidations);
    return whole.read(read);
  }

  /** Refuses a page of a fold from the beginning, when events of the projection were archived. */
  void checkWhole(LogPage page) {
    LogPosition through = page.archivedThrough();
    if (through != null && (asked.categories().isEmpty() || anyArchived())) {
      throw new EventSourcingException(
          "events of projection %s were archived, the last ones of the store at %s, so that the log alone does not say what its rows are; give the archive to read them from"
              .formatted(projection.name(), through),
          null);
    }
  }

  private boolean anyArchived() {
    for (String category : asked.categories()) {
      String after = null;
      do {
        String from = after;
        StreamList list = store.call(s -> s.streams(category, from, store.pageSize()));
        if (list.streams().stream().anyMatch(stream -> stream.firstVersion() > 1)) {
          return true;
        }
        after = list.nextAfterId();
      } while (after != null);
    }
    return false;
  }

  /** Whether an event of the log is one of the projection, or says that one does not count. */
  boolean concerns(StreamEvent stored) {
    if (!store.tenant().sees(stored.stream()) || stored.content().type().equals(Reserved.PHASE)) {
      return false; // phases are about a migration, and no fact of an application
    }
    StreamEvent seen = store.tenant().seen(stored);
    return Invalidated.is(stored.content())
        ? filter.categories().isEmpty() || filter.categories().contains(seen.stream().category())
        : filter.matches(seen);
  }

  /** As {@link #concerns(StreamEvent)}, of an event that is not appended yet. */
  boolean concerns(StreamId stored, NewEvent content) {
    return concerns(new StreamEvent(stored, 1, LogPosition.START, Instant.EPOCH, content));
  }

  /** Whether a later event of its stream says that an event does not count. */
  boolean isInvalidated(StreamEvent event) {
    return new StreamReader(store)
        .isAny(
            event.stream(),
            event.version() + 1,
            later -> {
              Invalidated said = Invalidated.read(later.content());
              return said != null && said.version() == event.version();
            });
  }

  /** The event for the handler; null for one that is passed over. */
  @Nullable ProjectedEvent<E> read(StreamEvent stored) {
    return read(
        stored.stream(),
        stored.version(),
        stored.position(),
        stored.recordedAt(),
        stored.content());
  }

  /** As {@link #read(StreamEvent)}, also of an event that has no position yet. */
  @Nullable ProjectedEvent<E> read(
      StreamId stored,
      long version,
      @Nullable LogPosition position,
      @Nullable Instant recordedAt,
      NewEvent content) {
    StreamId stream = store.tenant().seen(stored);
    Optional<E> data =
        projection
            .events()
            .decode(new EncodedEvent(content.type(), content.schemaVersion(), content.data()));
    if (data.isPresent()) {
      return new ProjectedEvent<>(stream, version, position, recordedAt, content, data.get());
    }
    if (projection.unknownTypes() == UnknownTypes.IGNORE) {
      return null;
    }
    throw new UnknownEventTypeException(stream, version, content.type());
  }
}
