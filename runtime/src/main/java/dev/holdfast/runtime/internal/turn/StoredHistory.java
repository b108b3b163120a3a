// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.worker.TurnContext;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The history of an instance: what came along with it, and the rest page by page when it is needed.
 */
final class StoredHistory implements Iterable<HistoryEntry> {

  private static final int PAGE = 256;

  private final TurnContext context;

  StoredHistory(TurnContext context) {
    this.context = context;
  }

  long lastEventId() {
    return context.history().lastEventId();
  }

  /** {@return how far the instance is} */
  ExecutionCache.Place place() {
    return new ExecutionCache.Place(
        context.instanceId(), context.executionId(), lastEventId(), this::startedAt);
  }

  private @Nullable Instant startedAt() {
    HistoryEvent first = firstEvent();
    return first == null ? null : first.recordedAt();
  }

  /** {@return how the execution ended, null while it has not} */
  Event.@Nullable Terminal terminal() {
    if (lastEventId() == 0) {
      return null;
    }
    List<HistoryEvent> inline = context.history().events();
    HistoryEvent last =
        context.history().complete() && !inline.isEmpty()
            ? inline.getLast()
            : first(read(lastEventId() - 1, 1));
    return last != null && Codec.decode(last).event() instanceof Event.Terminal terminal
        ? terminal
        : null;
  }

  /** {@return how the execution began, null when that is not in its history} */
  Event.@Nullable OrchestrationStarted started() {
    HistoryEvent first = firstEvent();
    return first != null && Codec.decode(first).event() instanceof Event.OrchestrationStarted start
        ? start
        : null;
  }

  /** Iterates over all events; reads further pages when they are needed. */
  @Override
  public Iterator<HistoryEntry> iterator() {
    return new Iterator<>() {
      private Iterator<HistoryEvent> loaded = context.history().events().iterator();
      private long known;

      @Override
      public boolean hasNext() {
        if (!loaded.hasNext() && known < lastEventId()) {
          loaded = read(known, PAGE).iterator();
        }
        return loaded.hasNext();
      }

      @Override
      public HistoryEntry next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        HistoryEvent next = loaded.next();
        known = next.eventId();
        return Codec.decode(next);
      }
    };
  }

  private @Nullable HistoryEvent firstEvent() {
    if (lastEventId() == 0) {
      return null;
    }
    List<HistoryEvent> inline = context.history().events();
    return inline.isEmpty() ? first(read(0, 1)) : inline.getFirst();
  }

  private static @Nullable HistoryEvent first(List<HistoryEvent> events) {
    return events.isEmpty() ? null : events.getFirst();
  }

  private List<HistoryEvent> read(long after, int limit) {
    return context.readHistory(after, limit).events();
  }
}
