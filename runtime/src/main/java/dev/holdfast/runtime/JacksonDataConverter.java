// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;

/** A {@link DataConverter} on a Jackson mapper. */
public final class JacksonDataConverter implements DataConverter {

  static final JacksonDataConverter DEFAULT = new JacksonDataConverter(defaults());

  private final ObjectMapper mapper;

  /**
   * Creates a converter on a mapper of the caller, for JSON.
   *
   * @param mapper the mapper
   */
  public JacksonDataConverter(ObjectMapper mapper) {
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  private static ObjectMapper defaults() {
    // No limits on reading, so that what was written can be read: the store limits sizes, and
    // writing limits depth.
    StreamReadConstraints any =
        StreamReadConstraints.builder()
            .maxNestingDepth(10_000)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(any).build())
        // Equal maps must be equal texts: a repeated start is compared byte by byte.
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        // Moments keep their zone and their offset.
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .build();
  }

  @Override
  public String encode(@Nullable Object value) {
    try {
      String text = mapper.writeValueAsString(value);
      checkReadable(text);
      return text;
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
          "cannot decode JSON of %d characters as %s%s"
              .formatted(json.length(), type.getTypeName(), hint(e)),
          e);
    }
  }

  /** Refuses a text that the mapper has written and would refuse to read, before it is stored. */
  private void checkReadable(String text) {
    StreamReadConstraints limits = mapper.tokenStreamFactory().streamReadConstraints();
    int most = Math.min(limits.getMaxNestingDepth(), limits.getMaxNumberLength());
    most = Math.min(most, Math.min(limits.getMaxNameLength(), limits.getMaxStringLength()));
    if (this == DEFAULT || text.length() <= most) {
      return; // nothing in it can be over a limit
    }
    try (JsonParser in = mapper.createParser(text)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        in.finishToken();
        if (token.isNumeric() && in.getStringLength() > limits.getMaxNumberLength()) {
          throw new StreamConstraintsException(
              "a number has %d digits, and this mapper reads %d"
                  .formatted(in.getStringLength(), limits.getMaxNumberLength()));
        }
      }
    }
  }

  private static String hint(JacksonException error) {
    return error instanceof InvalidDefinitionException definition
            && definition.getType() != null
            && definition.getType().getRawClass().isSealed()
        ? ("; %s is sealed, and nothing in the JSON says which of its classes it is: annotate it"
                + " with @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)")
            .formatted(definition.getType().getRawClass().getName())
        : "";
  }
}
