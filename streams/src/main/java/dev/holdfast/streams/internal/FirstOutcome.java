// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a key has led to, by the id that the first event of its append has. The log finds it
 * at once; where the log's readers are held back, the stream is read (ES-03). Thread-safe.
 */
public final class FirstOutcome {

  private final StoreAccess store;
  private final StreamReader reader;

  /** Finds them in a store. */
  public FirstOutcome(StoreAccess store) {
    this.store = store;
    reader = new StreamReader(store);
  }

  /** The events of the append with the key; none when there is no such append. */
  public List<StreamEvent> of(StreamId stream, String key) {
    StreamPage end =
        store.call(streams -> streams.readStream(stream, Long.MAX_VALUE, Direction.BACKWARDS, 1));
    String firstId = EventIds.of(stream, key, 0);
    InLog log =
        end.events().isEmpty()
            ? new InLog(null, true)
            : inLog(stream, firstId, end.events().getFirst().position());
    StreamEvent first = log.event() == null ? elsewhere(stream, firstId, end, log) : log.event();
    return first == null ? List.of() : from(first, key);
  }

  /** What the log has, and whether it was read as far as the stream goes. */
  private record InLog(@Nullable StreamEvent event, boolean isComplete) {}

  private InLog inLog(StreamId stream, String id, LogPosition end) {
    LogFilter filter = LogFilter.builder().categories(stream.category()).eventId(id).build();
    LogPosition from = LogPosition.START;
    while (true) {
      LogRead read = new LogRead(from, filter, Direction.FORWARDS, store.pageSize(), Duration.ZERO);
      LogPage page = store.call(streams -> streams.readLog(read));
      for (StreamEvent event : page.events()) {
        if (event.stream().equals(stream)) {
          return new InLog(event, true);
        }
      }
      if (page.atEnd() || page.next().compareTo(end) >= 0) {
        return new InLog(null, page.next().compareTo(end) >= 0);
      }
      from = page.next();
    }
  }

  /** What the log cannot have: what its readers do not get yet, and what was archived. */
  private @Nullable StreamEvent elsewhere(StreamId stream, String id, StreamPage end, InLog log) {
    long from = store.settings().archive() == null ? end.firstVersion() : 1;
    long through = log.isComplete() ? end.firstVersion() - 1 : end.lastVersion();
    AtomicReference<@Nullable StreamEvent> found = new AtomicReference<>();
    if (from <= through) {
      reader.read(
          stream,
          from,
          through,
          store.pageSize(),
          event -> {
            boolean isFound = event.content().eventId().equals(id);
            if (isFound) {
              found.set(event);
            }
            return !isFound;
          });
    }
    return found.get();
  }

  private List<StreamEvent> from(StreamEvent first, String key) {
    List<StreamEvent> events = new ArrayList<>();
    reader.read(
        first.stream(),
        first.version(),
        Long.MAX_VALUE,
        store.pageSize(),
        event -> {
          String expected = EventIds.of(event.stream(), key, events.size());
          return event.content().eventId().equals(expected) && events.add(event);
        });
    return events;
  }
}
