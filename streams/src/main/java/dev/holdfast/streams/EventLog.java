// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.internal.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The log, as a tenant sees it, or all of it. Thread-safe; fails like {@link
 * dev.holdfast.provider.stream.EventStreams}.
 */
public final class EventLog {

  private final StoreAccess store;

  EventLog(StoreAccess store) {
    this.store = store;
  }

  /**
   * Reads a page.
   *
   * @param read which events, from where, which way; its categories are those that the tenant knows
   * @return the page, with the categories that the tenant knows. Where a tenant asks for no
   *     categories it may be empty and not at the end: read on from {@code next}
   */
  public LogPage read(LogRead read) {
    Tenant tenant = store.tenant();
    if (tenant.equals(Tenant.NONE)) {
      return store.call(streams -> streams.readLog(read));
    }
    LogRead stored = read.matching(stored(read.filter(), tenant));
    LogPage page = store.call(streams -> streams.readLog(stored));
    return new LogPage(
        page.events().stream()
            .filter(event -> tenant.sees(event.stream()))
            .map(tenant::seen)
            .toList(),
        page.next(),
        page.atEnd(),
        page.archivedThrough());
  }

  private static LogFilter stored(LogFilter filter, Tenant tenant) {
    return new LogFilter(
        filter.categories().stream().map(tenant::storedCategory).collect(Collectors.toSet()),
        filter.types(),
        filter.tags(),
        filter.correlationId(),
        filter.causationId(),
        filter.eventId(),
        filter.recorded());
  }

  /**
   * Reads all events that match and are in the log now.
   *
   * @param filter which events
   * @return the events, in the order of the log; all in memory, so that the filter should be narrow
   */
  public List<StreamEvent> all(LogFilter filter) {
    List<StreamEvent> events = new ArrayList<>();
    LogPosition from = LogPosition.START;
    while (true) {
      LogPage page = read(LogRead.after(from, store.pageSize()).matching(filter));
      events.addAll(page.events());
      if (page.atEnd()) {
        return events;
      }
      from = page.next();
    }
  }

  /**
   * Finds what belongs together (ES-10).
   *
   * @param correlationId what the events belong to
   * @return the events, in the order of the log
   */
  public List<StreamEvent> correlated(String correlationId) {
    return all(LogFilter.builder().correlationId(correlationId).build());
  }

  /**
   * Finds what an event has caused (ES-10).
   *
   * @param eventId the id of the event
   * @return the events that name it as their cause, in the order of the log
   */
  public List<StreamEvent> causedBy(String eventId) {
    return all(LogFilter.builder().causationId(eventId).build());
  }

  /**
   * Finds events with a tag, for example those of one actor (ES-10).
   *
   * @param key the key
   * @param value the value
   * @return the events, in the order of the log
   */
  public List<StreamEvent> tagged(String key, String value) {
    return all(LogFilter.builder().tag(key, value).build());
  }
}
