// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.json;

import java.io.StringWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON of answers and of stores. Stateless and thread-safe. */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // What the runtime has stored must be shown, however large it is.
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10_000)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter PRETTY =
      MAPPER
          .writer()
          .with(
              new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectNameValueSpacing(Separators.Spacing.AFTER)));

  private Json() {}

  /** {@return a new, empty object} */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** {@return a new, empty array} */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** {@return an array of texts} */
  public static ArrayNode texts(Collection<String> texts) {
    ArrayNode array = array();
    texts.forEach(array::add);
    return array;
  }

  /** {@return a moment as programs read it, UTC; null for null} */
  public static @Nullable String moment(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }

  /** {@return a value in one line} */
  public static String write(JsonNode value) {
    return MAPPER.writeValueAsString(value);
  }

  /** {@return the value of some bytes, empty when they are no JSON} */
  public static Optional<JsonNode> parse(byte[] bytes) {
    try {
      JsonNode value = MAPPER.readTree(bytes);
      return value == null || value.isMissingNode() ? Optional.empty() : Optional.of(value);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * Sets out a JSON text in lines, its numbers and texts as they were written.
   *
   * @return the lines, empty when the text is not one JSON value
   */
  public static Optional<String> pretty(String text) {
    return copy(text, true);
  }

  /** {@return a JSON text without white space, empty when the text is not one JSON value} */
  public static Optional<String> compact(String text) {
    return copy(text, false);
  }

  private static Optional<String> copy(String text, boolean pretty) {
    StringWriter target = new StringWriter();
    try (JsonParser in = MAPPER.createParser(text);
        JsonGenerator out =
            pretty ? PRETTY.createGenerator(target) : MAPPER.createGenerator(target)) {
      if (in.nextToken() == null) {
        return Optional.empty();
      }
      out.copyCurrentStructureExact(in);
      if (in.nextToken() != null) {
        return Optional.empty();
      }
    } catch (JacksonException e) {
      return Optional.empty();
    }
    return Optional.of(target.toString());
  }
}
