// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.ArchiveReader;
import dev.holdfast.streams.ArchivedEventsException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads a stream, the archive before what is still in the store (ES-17). Events come as they are
 * stored. Thread-safe.
 */
public final class StreamReader {

  private final StoreAccess store;

  /** Reads streams of a store. */
  public StreamReader(StoreAccess store) {
    this.store = store;
  }

  /**
   * What was read.
   *
   * @param lastVersion the version of the last event of the stream, 0 when it has none
   * @param pages how many pages were read
   * @param missingThrough the last version of the events that are neither in the store nor in an
   *     archive, and that were to be read first; 0 when there are none. Then nothing was read
   */
  record Extent(long lastVersion, int pages, long missingThrough) {}

  /**
   * Reads events in order, until the consumer has enough or the bound is reached.
   *
   * @param from the first version
   * @param through the last version
   * @param wants takes an event; false when it wants no more
   */
  Extent read(
      StreamId stream, long from, long through, int pageSize, Predicate<StreamEvent> wants) {
    long next = from;
    int pages = 0;
    while (true) {
      StreamPage page = page(stream, next, limit(next, through, pageSize));
      pages++;
      if (page.firstVersion() > next && next <= through) {
        ArchiveReader archive = store.settings().archive();
        long gone = Math.min(page.firstVersion() - 1, through);
        if (archive == null) {
          return new Extent(page.lastVersion(), pages, gone);
        }
        List<StreamEvent> archived = archived(archive, stream, next, gone, pageSize);
        if (!takes(archived, through, wants)) {
          return new Extent(page.lastVersion(), pages, 0);
        }
        next += archived.size();
      } else {
        boolean goesOn = takes(page.events(), through, wants);
        next += page.events().size();
        if (!goesOn || page.complete() || next > through) {
          return new Extent(page.lastVersion(), pages, 0);
        }
      }
      if (next > through) {
        return new Extent(page.lastVersion(), pages, 0);
      }
    }
  }

  /** Whether any event of a stream, from a version on, is of a kind; archived ones included. */
  public boolean isAny(StreamId stream, long from, Predicate<StreamEvent> kind) {
    boolean[] found = {false};
    read(
        stream,
        from,
        Long.MAX_VALUE,
        store.pageSize(),
        event -> {
          found[0] |= kind.test(event);
          return !found[0];
        });
    return found[0];
  }

  private static int limit(long next, long through, int pageSize) {
    return (int) Math.max(1, Math.min(pageSize, through - next + 1));
  }

  private StreamPage page(StreamId stream, long from, int limit) {
    return store.call(streams -> streams.readStream(stream, from, Direction.FORWARDS, limit));
  }

  private static boolean takes(
      List<StreamEvent> events, long through, Predicate<StreamEvent> wants) {
    for (StreamEvent event : events) {
      if (event.version() > through || !wants.test(event)) {
        return false;
      }
    }
    return true;
  }

  private List<StreamEvent> archived(
      ArchiveReader archive, StreamId stream, long from, long through, int pageSize) {
    StreamId seen = store.tenant().seen(stream);
    List<StreamEvent> events = archive.read(stream, from, through, pageSize);
    long expected = from;
    for (StreamEvent event : events) {
      if (event.version() != expected++) {
        throw new ArchivedEventsException(
            seen,
            "the archive has version %d where %d was due".formatted(event.version(), expected - 1));
      }
    }
    if (events.isEmpty()) {
      throw new ArchivedEventsException(
          seen,
          "versions %d to %d are neither in the store nor in the archive".formatted(from, through));
    }
    return events;
  }
}
