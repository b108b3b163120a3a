// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.provider.Payload;
import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about an event beside its data: who caused it, how long it took, and what else the
 * application notes (ES-10). Nothing is decided from it. Immutable.
 *
 * @param values the entries, by key
 */
public record EventMetadata(Map<String, String> values) {

  /** Who caused the event. */
  public static final String ACTOR = "actor";

  /** For how long the command had been under way when the event was appended, in microseconds. */
  public static final String DURATION = "durationMicros";

  /** How often the command was decided again because others were faster. */
  public static final String RETRIES = "retries";

  /** The hash of the event, where its stream is a chain (ES-12). */
  public static final String HASH = "hash";

  /** The hash of the event before, where its stream is a chain (ES-12). */
  public static final String PREVIOUS_HASH = "previousHash";

  /**
   * The context of the trace in which the event was appended, as a W3C {@code traceparent}; where
   * nothing is traced, what the application has noted.
   */
  public static final String TRACE = Tracing.METADATA;

  private static final EventMetadata NONE = new EventMetadata(Map.of());

  /** Copies the entries. */
  public EventMetadata {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** {@return metadata without entries} */
  public static EventMetadata none() {
    return NONE;
  }

  /**
   * Reads stored metadata. Those of others may be anything: what is no JSON object reads as none.
   *
   * @param stored the bytes, null for none
   * @return the entries; what is no text comes as the text of its JSON
   */
  public static EventMetadata read(@Nullable Payload stored) {
    if (stored == null) {
      return NONE;
    }
    try {
      return Jsons.read(Jsons.MAPPER, stored) instanceof ObjectNode object ? of(object) : NONE;
    } catch (IllegalArgumentException e) {
      return NONE;
    }
  }

  private static EventMetadata of(ObjectNode object) {
    Map<String, String> values = new TreeMap<>();
    object.forEachEntry(
        (key, value) -> values.put(key, value.isString() ? value.asString() : value.toString()));
    return new EventMetadata(values);
  }

  /** {@return the bytes to store, null for no entries} */
  public @Nullable Payload write() {
    return values.isEmpty() ? null : Jsons.write(Jsons.MAPPER, values);
  }

  /**
   * Returns an entry.
   *
   * @param key its key
   * @return its value, null when there is none
   */
  public @Nullable String get(String key) {
    return values.get(key);
  }

  /** {@return who caused the event, null when it is not known} */
  public @Nullable String actor() {
    return get(ACTOR);
  }

  /** {@return for how long the command had been under way, null when it is not known} */
  public @Nullable Duration duration() {
    Long micros = number(DURATION);
    return micros == null ? null : Duration.ofNanos(Math.multiplyExact(micros, 1_000L));
  }

  /** {@return how often the command was decided again, null when it is not known} */
  public @Nullable Long retries() {
    return number(RETRIES);
  }

  private @Nullable Long number(String key) {
    try {
      String text = get(key);
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null; // somebody else's entry of this name
    }
  }
}
