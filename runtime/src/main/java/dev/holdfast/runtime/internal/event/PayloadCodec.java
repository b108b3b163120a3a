// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.internal.Halves;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Converts values of users to JSON and back.
 *
 * @param converter what does it
 */
public record PayloadCodec(DataConverter converter) {

  /** Encodes a value. */
  public Json encode(@Nullable Object value) {
    if (value instanceof EncodedValue encoded && Codec.isJson(encoded.json())) {
      return new Json(encoded.json()); // it was encoded before, perhaps by another converter
    }
    String text = converter.encode(value);
    String storable = Halves.escapeHalves(text);
    // The text is embedded as it is; one that is not JSON would make its whole event unreadable.
    boolean trusted =
        converter.equals(DataConverter.jackson()) && storable.length() == text.length();
    if (!trusted && !Codec.isJson(storable)) {
      throw new DataConversionException(
          storable.length() == text.length()
              ? "the data converter %s did not return a JSON text"
                  .formatted(converter.getClass().getName())
              : "a name has half a character, which cannot be stored",
          new IllegalArgumentException("not JSON"));
    }
    return new Json(storable);
  }

  /** Decodes a value of a type that the caller knows; null where the stored value is null. */
  // The type is the caller's, and so is whether it allows null.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  public <T extends @Nullable Object> T decode(Json json, Type type) {
    if (type == EncodedValue.class) {
      return (T) new EncodedValue(json.text(), converter);
    }
    return (T) converter.decode(json.text(), type);
  }
}
