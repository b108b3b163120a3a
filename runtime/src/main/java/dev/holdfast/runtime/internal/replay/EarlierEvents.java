// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.runtime.internal.event.Carried;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The events of one name that earlier executions have left, read from their histories when the code
 * asks for them: a few at first, more each time.
 */
public final class EarlierEvents {

  private static final int FIRST_PAGE = 8;
  private static final int LONGEST_PAGE = 256;

  private final Pages pages;
  private final String name;
  private final long before;
  private final Deque<HistoryEvent> loaded = new ArrayDeque<>();
  private long executionId;
  private long eventId;
  private long count;
  private int limit = FIRST_PAGE;
  private long loadedUpTo;
  private boolean loadedAll;

  /**
   * Creates the events that were carried along.
   *
   * @param pages where the histories are read
   * @param carried the events
   * @param before the execution that they were carried to
   */
  EarlierEvents(Pages pages, Carried carried, long before) {
    this.pages = pages;
    this.name = carried.name();
    this.before = before;
    this.executionId = carried.executionId();
    this.eventId = carried.eventId();
    this.loadedUpTo = carried.eventId() - 1;
    this.count = carried.count();
  }

  /** Reads histories of the instance. */
  @FunctionalInterface
  public interface Pages {
    /** Reads a page of the history of an execution, after an event. */
    History read(long executionId, long afterEventId, int limit);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Takes the first event out. */
  Json take() {
    while (true) {
      HistoryEvent stored = next();
      eventId = stored.eventId() + 1;
      if (stored.kind().equals(Event.EventRaised.class.getSimpleName())
          && Codec.decode(stored).event() instanceof Event.EventRaised raised
          && raised.name().equals(name)) {
        count--;
        return raised.value();
      }
    }
  }

  /** {@return what is left, together with events of the same name that came later} */
  Carried left(long later) {
    return new Carried(name, executionId, eventId, count + later);
  }

  private HistoryEvent next() {
    while (loaded.isEmpty()) {
      if (loadedAll) {
        executionId++;
        eventId = 1;
        loadedUpTo = 0;
        loadedAll = false;
      }
      if (executionId >= before) {
        throw new UnreadableException(
            "events \"%s\" that earlier executions have left are gone: %d".formatted(name, count),
            null);
      }
      History page = pages.read(executionId, loadedUpTo, limit);
      loaded.addAll(page.events());
      loadedAll = page.complete();
      if (!page.events().isEmpty()) {
        loadedUpTo = page.events().getLast().eventId();
      }
      limit = Math.min(limit * 2, LONGEST_PAGE);
    }
    return loaded.remove();
  }
}
