// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns inputs, outputs and event values into JSON texts and back. Must be thread-safe. Must encode
 * equal values to equal texts, so that a repeated start is recognised as the same.
 */
public interface DataConverter {

  /**
   * Encodes a value.
   *
   * @param value the value, null included
   * @return a JSON text; {@code null} is the text {@code "null"}
   * @throws DataConversionException when it cannot be encoded
   */
  String encode(@Nullable Object value);

  /**
   * Decodes a value.
   *
   * @param json a JSON text, equal in meaning to one that {@link #encode} made
   * @param type the type to decode to
   * @return the value
   * @throws DataConversionException when the text does not fit the type
   */
  @Nullable Object decode(String json, Type type);

  /**
   * Returns the converter that is used unless another is given: Jackson, with its defaults, map
   * entries ordered by key, and moments with their zone and offset. Sealed types need
   * {@code @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)}.
   *
   * @return the converter
   */
  static DataConverter jackson() {
    return JacksonDataConverter.DEFAULT;
  }
}
