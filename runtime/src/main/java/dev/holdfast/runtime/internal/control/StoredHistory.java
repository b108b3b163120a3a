// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The history of an instance: what came along with it, and the rest page by page when it is needed.
 */
public final class StoredHistory implements Iterable<HistoryEntry> {

  private static final int PAGE = 256;

  private final History inline;
  private final Pages pages;

  /**
   * Creates the history of a delivered execution.
   *
   * @param inline what came along
   * @param pages reads the rest
   */
  public StoredHistory(History inline, Pages pages) {
    this.inline = inline;
    this.pages = pages;
  }

  /** Reads parts of one history. */
  @FunctionalInterface
  public interface Pages {
    /** Reads a page behind an event. */
    History read(long after, int limit);
  }

  /** {@return the id of the last event, 0 for none} */
  public long lastEventId() {
    return inline.lastEventId();
  }

  /** {@return when the first event was recorded, null for none} */
  public @Nullable Instant startedAt() {
    HistoryEvent first = firstEvent();
    return first == null ? null : first.recordedAt();
  }

  /** {@return how the execution ended, null while it has not} */
  public Event.@Nullable Terminal terminal() {
    return last() instanceof Event.Terminal terminal ? terminal : null;
  }

  /** {@return the last event, null for none} */
  public @Nullable Event last() {
    if (lastEventId() == 0) {
      return null;
    }
    List<HistoryEvent> events = inline.events();
    HistoryEvent last =
        inline.complete() && !events.isEmpty()
            ? events.getLast()
            : first(read(lastEventId() - 1, 1));
    return last == null ? null : Codec.decode(last).event();
  }

  /** {@return how the execution began, null when that is not in its history} */
  public Event.@Nullable OrchestrationStarted started() {
    HistoryEvent first = firstEvent();
    return first != null && Codec.decode(first).event() instanceof Event.OrchestrationStarted start
        ? start
        : null;
  }

  /** Iterates over all events; reads further pages when they are needed. */
  @Override
  public Iterator<HistoryEntry> iterator() {
    return new Iterator<>() {
      private Iterator<HistoryEvent> loaded = inline.events().iterator();
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
    List<HistoryEvent> events = inline.events();
    return events.isEmpty() ? first(read(0, 1)) : events.getFirst();
  }

  private static @Nullable HistoryEvent first(List<HistoryEvent> events) {
    return events.isEmpty() ? null : events.getFirst();
  }

  private List<HistoryEvent> read(long after, int limit) {
    return pages.read(after, limit).events();
  }
}
