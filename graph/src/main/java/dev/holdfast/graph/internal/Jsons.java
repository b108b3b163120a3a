// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the library reads and writes it. */
public final class Jsons {

  /** Equal values are equal texts; numbers keep all digits; a repeated field is an error. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Jsons() {}

  /** Reads a text; refuses one that is not JSON with {@code IllegalArgumentException}. */
  public static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a value as JSON; refuses one that cannot be with {@code IllegalArgumentException}. */
  public static JsonNode tree(@Nullable Object value) {
    return value instanceof JsonNode node ? node : read(write(value));
  }

  /**
   * Returns JSON as a value; refuses one that does not fit with {@code IllegalArgumentException}.
   */
  public static <T> T value(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "a %s cannot be read: %s".formatted(type.getName(), e.getOriginalMessage()), e);
    }
  }

  /** Returns the text of a value; the same for equal values. */
  public static String write(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "a %s cannot be written as JSON: %s"
              .formatted(
                  value == null ? "null" : value.getClass().getName(), e.getOriginalMessage()),
          e);
    }
  }

  /** Returns a text in the form in which {@link #write} would have written it. */
  public static String canonical(String text) {
    return write(read(text));
  }
}
