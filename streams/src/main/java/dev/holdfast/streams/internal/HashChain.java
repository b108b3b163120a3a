// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import dev.holdfast.streams.event.EventMetadata;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hashes that join each event of a stream to the one before (ES-12). An event carries the hash of
 * its predecessor and its own, so that the last one is covered too. Position and time are the
 * store's and not known before the append; they are not covered.
 */
final class HashChain {

  private HashChain() {}

  /**
   * Adds the hashes to the metadata of an event that is to be appended.
   *
   * @param previous the hash of the event before, null for none
   */
  static NewEvent link(StreamId stream, long version, NewEvent event, @Nullable String previous) {
    Map<String, String> values = new HashMap<>(EventMetadata.read(event.metadata()).values());
    if (previous != null) {
      values.put(EventMetadata.PREVIOUS_HASH, previous);
    }
    values.put(
        EventMetadata.HASH, hash(stream, version, event, new EventMetadata(values), previous));
    return new NewEvent(
        event.eventId(),
        event.type(),
        event.schemaVersion(),
        event.data(),
        new EventMetadata(values).write(),
        event.correlationId(),
        event.causationId(),
        event.tags());
  }

  /** The hash that an event carries; null for none. */
  static @Nullable String of(NewEvent event) {
    return EventMetadata.read(event.metadata()).get(EventMetadata.HASH);
  }

  /**
   * Says what does not fit.
   *
   * @param previous the hash of the event before, null for the first one
   * @return what, null when it fits
   */
  static @Nullable String flaw(StreamEvent event, @Nullable String previous) {
    EventMetadata metadata = EventMetadata.read(event.content().metadata());
    String own = metadata.get(EventMetadata.HASH);
    if (own == null) {
      return "it carries no hash";
    }
    if (!Objects.equals(metadata.get(EventMetadata.PREVIOUS_HASH), previous)) {
      return "it does not carry the hash of the event before";
    }
    boolean fits =
        own.equals(hash(event.stream(), event.version(), event.content(), metadata, previous))
            && Objects.equals(metadata.write(), event.content().metadata());
    return fits ? null : "its content is not what its hash was made of";
  }

  private static String hash(
      StreamId stream,
      long version,
      NewEvent event,
      EventMetadata metadata,
      @Nullable String previous) {
    Sha256 hash =
        new Sha256()
            .add(previous)
            .add(stream.category())
            .add(stream.id())
            .add(version)
            .add(event.eventId())
            .add(event.type())
            .add(event.schemaVersion())
            .add(event.data())
            .add(event.correlationId())
            .add(event.causationId());
    List<Tag> tags =
        event.tags().stream()
            .sorted(Comparator.comparing(Tag::key).thenComparing(Tag::value))
            .toList();
    tags.forEach(tag -> hash.add(tag.key()).add(tag.value()));
    hash.add(tags.size());
    metadata
        .values()
        .forEach((key, value) -> {
          if (!key.equals(EventMetadata.HASH)) {
            hash.add(key).add(value);
          }
        });
    return hash.hex();
  }
}
