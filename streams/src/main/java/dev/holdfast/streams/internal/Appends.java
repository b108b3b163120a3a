// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.event.EventSourcingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes appends: ids from the key, what the context says, tags, hashes. Thread-safe. */
final class Appends {

  private final Set<String> tagged;
  private final @Nullable Spans spans;

  Appends(Settings settings) {
    tagged = settings.tagged();
    spans = settings.spans();
  }

  /**
   * Where an append goes.
   *
   * @param stream the stream, as it is stored
   * @param version the version behind which it goes
   * @param chained whether the events are to be joined by hashes
   * @param previousHash the hash of the event at the version, null for none
   */
  record Place(StreamId stream, long version, boolean chained, @Nullable String previousHash) {}

  /** Makes an append. */
  AppendEvents append(
      Place place, List<NewEvent.Builder> drafts, String key, EventContext context, Cost cost) {
    String first = EventIds.of(place.stream(), key, 0);
    Payload metadata = metadata(context, cost);
    Set<Tag> tags = tags(context);
    List<NewEvent> events = new ArrayList<>();
    String previous = place.previousHash();
    for (int i = 0; i < drafts.size(); i++) {
      NewEvent event =
          drafts
              .get(i)
              .eventId(EventIds.of(place.stream(), key, i))
              .metadata(metadata)
              .correlationId(context.correlationId() == null ? first : context.correlationId())
              .causationId(context.causationId())
              .tags(tags)
              .build();
      if (place.chained()) {
        event = HashChain.link(place.stream(), place.version() + i + 1, event, previous);
        previous = HashChain.of(event);
      }
      events.add(event);
    }
    return new AppendEvents(place.stream(), Expected.exactly(place.version()), events, key);
  }

  /**
   * What a command has cost until its append.
   *
   * @param micros for how long it has been under way, in microseconds
   * @param retries how often it was decided again
   */
  record Cost(long micros, int retries) {}

  private @Nullable Payload metadata(EventContext context, Cost cost) {
    Map<String, String> values = new HashMap<>(context.metadata());
    for (String own :
        List.of(
            EventMetadata.ACTOR,
            EventMetadata.DURATION,
            EventMetadata.RETRIES,
            EventMetadata.HASH,
            EventMetadata.PREVIOUS_HASH)) {
      if (values.containsKey(own)) {
        throw new EventSourcingException(
            "the metadata \"%s\" are the library's own; choose another key".formatted(own), null);
      }
    }
    if (context.actor() != null) {
      values.put(EventMetadata.ACTOR, context.actor());
    }
    values.put(EventMetadata.DURATION, Long.toString(cost.micros()));
    values.put(EventMetadata.RETRIES, Integer.toString(cost.retries()));
    String trace = spans == null ? null : spans.current();
    if (trace != null) {
      values.put(EventMetadata.TRACE, trace);
    }
    return new EventMetadata(values).write();
  }

  private Set<Tag> tags(EventContext context) {
    Set<Tag> tags = new HashSet<>();
    context
        .metadata()
        .forEach((key, value) -> {
          if (tagged.contains(key)) {
            tags.add(new Tag(key, value));
          }
        });
    if (context.actor() != null && tagged.contains(EventMetadata.ACTOR)) {
      tags.add(new Tag(EventMetadata.ACTOR, context.actor()));
    }
    return tags;
  }
}
