// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal.json;

import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the library reads and writes it. */
public final class Jsons {

  /**
   * Equal values are equal bytes, which is what makes a repeated append a repeat; numbers keep all
   * digits; a repeated field is an error.
   */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Jsons() {}

  /** Reads JSON; refuses bytes that are none with {@code IllegalArgumentException}. */
  public static JsonNode read(JsonMapper mapper, Payload bytes) {
    try {
      return mapper.readTree(bytes.toByteArray());
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a value as JSON; refuses one that cannot be with {@code IllegalArgumentException}. */
  public static JsonNode tree(JsonMapper mapper, @Nullable Object value) {
    try {
      return mapper.valueToTree(value);
    } catch (JacksonException e) {
      throw unwritable(value, e);
    }
  }

  /**
   * Returns JSON as a value; refuses one that does not fit with {@code IllegalArgumentException}.
   */
  public static <T> T value(JsonMapper mapper, JsonNode json, Class<T> type) {
    try {
      return mapper.treeToValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "a %s cannot be read: %s".formatted(type.getName(), e.getOriginalMessage()), e);
    }
  }

  /** Returns the bytes of a value; the same for equal values. */
  public static Payload write(JsonMapper mapper, @Nullable Object value) {
    try {
      return Payload.of(mapper.writeValueAsBytes(value));
    } catch (JacksonException e) {
      throw unwritable(value, e);
    }
  }

  private static IllegalArgumentException unwritable(@Nullable Object value, JacksonException e) {
    return new IllegalArgumentException(
        "a %s cannot be written as JSON: %s"
            .formatted(value == null ? "null" : value.getClass().getName(), e.getOriginalMessage()),
        e);
  }
}
