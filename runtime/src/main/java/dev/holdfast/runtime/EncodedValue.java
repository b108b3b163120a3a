// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.invoke.MethodType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored value that is decoded when it is asked for. Jackson, version 2 or 3, writes it as the
 * JSON that it is. Where an input, output or value of an event is of this type, it is stored and
 * read as the JSON that it is, whatever the {@link DataConverter}.
 */
public final class EncodedValue {

  private final String json;
  private final DataConverter converter;

  /**
   * Creates the value.
   *
   * @param json the JSON text
   * @param converter what decodes it
   */
  public EncodedValue(String json, DataConverter converter) {
    this.json = Objects.requireNonNull(json, "json");
    this.converter = Objects.requireNonNull(converter, "converter");
  }

  /** {@return the JSON text} */
  @JsonValue
  @JsonRawValue
  public String json() {
    return json;
  }

  /**
   * Decodes it to a class.
   *
   * @param <T> the type
   * @param type the class, also that of a primitive type
   * @return the value
   * @throws DataConversionException when it does not fit
   */
  public <T> @Nullable T decode(Class<T> type) {
    return wrapped(type).cast(converter.decode(json, type));
  }

  /**
   * Decodes it to a generic type.
   *
   * @param <T> the type
   * @param type the type
   * @return the value
   * @throws DataConversionException when it does not fit
   */
  @SuppressWarnings("unchecked") // what the converter returns for a type is of that type
  public <T> @Nullable T decode(TypeRef<T> type) {
    return (T) converter.decode(json, type.type());
  }

  /** Returns the wrapper class of a primitive type, and other classes as they are. */
  @SuppressWarnings("unchecked") // int.class is a Class<Integer>, and so with the others
  private static <T> Class<T> wrapped(Class<T> type) {
    return (Class<T>) MethodType.methodType(type).wrap().returnType();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncodedValue that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** {@return a text with the size, never the content} */
  @Override
  public String toString() {
    return "EncodedValue[" + json.length() + " characters]";
  }
}
