// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A {@link DataConverter} on a Jackson mapper. */
public final class JacksonDataConverter implements DataConverter {

  static final JacksonDataConverter DEFAULT =
      new JacksonDataConverter(
          JsonMapper.builder()
              // Equal maps must be equal texts: a repeated start is compared byte by byte.
              .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
              .build());

  private final ObjectMapper mapper;

  /**
   * Creates a converter on a mapper of the caller, for JSON.
   *
   * @param mapper the mapper
   */
  public JacksonDataConverter(ObjectMapper mapper) {
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  @Override
  public String encode(@Nullable Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JacksonException e) {
      String what = value == null ? "null" : "a " + value.getClass().getName();
      throw new DataConversionException("cannot encode " + what + " as JSON", e);
    }
  }

  @Override
  public @Nullable Object decode(String json, Type type) {
    try {
      return mapper.readValue(json, mapper.constructType(type));
    } catch (JacksonException e) {
      throw new DataConversionException(
          "cannot decode JSON of %d characters as %s".formatted(json.length(), type.getTypeName()),
          e);
    }
  }
}
