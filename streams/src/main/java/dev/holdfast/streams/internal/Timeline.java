// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.streams.TimelineEntry;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.UnreadableEventException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows the events of a stream, those that do not count any more among them. Thread-safe. */
public final class Timeline<E> {

  private final StoreAccess store;
  private final EventCodec<E> codec;

  /** Shows streams of events of these types. */
  public Timeline(StoreAccess store, EventCodec<E> codec) {
    this.store = store;
    this.codec = codec;
  }

  /** The events that are there, in the archive too if there is one. */
  public List<TimelineEntry<E>> of(StreamId stream) {
    List<StreamEvent> events = new ArrayList<>();
    long first =
        store.settings().archive() != null
            ? 1
            : store.call(s -> s.stream(stream)).map(StreamInfo::firstVersion).orElse(1L);
    new StreamReader(store)
        .read(stream, first, Long.MAX_VALUE, store.pageSize(), event -> events.add(event));
    Map<Long, Long> invalidated = new HashMap<>();
    for (StreamEvent event : events) {
      Invalidated said = Invalidated.read(event.content());
      if (said != null && said.version() < event.version()) {
        invalidated.putIfAbsent(said.version(), event.version());
      }
    }
    return events.stream().map(event -> entry(event, invalidated)).toList();
  }

  private TimelineEntry<E> entry(StreamEvent event, Map<Long, Long> invalidated) {
    Invalidated said = Invalidated.read(event.content());
    return new TimelineEntry<>(
        store.tenant().seen(event),
        data(event),
        invalidated.get(event.version()),
        said == null ? null : Long.valueOf(said.version()),
        said == null ? null : said.reason());
  }

  private @Nullable E data(StreamEvent event) {
    if (Invalidated.is(event.content())) {
      return null;
    }
    try {
      return codec
          .decode(
              new EncodedEvent(
                  event.content().type(), event.content().schemaVersion(), event.content().data()))
          .orElse(null);
    } catch (UnreadableEventException e) {
      return null;
    }
  }
}
