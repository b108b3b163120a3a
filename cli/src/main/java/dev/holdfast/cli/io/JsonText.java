// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON from people, from stores and for programs. Stateless and thread-safe. */
public final class JsonText {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // What the runtime has stored must be shown, however large it is.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonText() {}

  /** {@return a new, empty object} */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** {@return a moment as programs read it, UTC; null for null} */
  public static @Nullable String moment(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }

  /** {@return a value in one line} */
  public static String write(JsonNode value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * Checks that a text from the command line is one JSON value, and drops its white space.
   *
   * @param what what the text is for
   * @param text the text
   * @return the same value, its numbers and texts as they were written
   * @throws Refusal when it is no JSON value
   */
  public static String checked(String what, String text) {
    StringWriter compact = new StringWriter();
    try (JsonParser in = MAPPER.createParser(text);
        JsonGenerator out = MAPPER.createGenerator(compact)) {
      if (in.nextToken() == null) {
        throw Refusal.badInput(what + " is empty; give a JSON value, null for none");
      }
      out.copyCurrentStructureExact(in);
      if (in.nextToken() != null) {
        throw Refusal.badInput(what + " has something behind the JSON value");
      }
    } catch (JacksonException e) {
      throw Refusal.badInput(
          "%s is not JSON: %s (a text needs quotes of its own: '\"like this\"')"
              .formatted(what, firstLine(e.getOriginalMessage())));
    }
    return compact.toString();
  }

  private static String firstLine(@Nullable String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  /** {@return the value of a payload, empty when it is no JSON} */
  public static Optional<JsonNode> parse(Payload payload) {
    try {
      JsonNode value = MAPPER.readTree(payload.asUtf8());
      return value.isMissingNode() ? Optional.empty() : Optional.of(value);
    } catch (JacksonException | InvalidRequest e) {
      return Optional.empty();
    }
  }

  /** {@return a payload as the text that it is, empty when people could not read it} */
  public static Optional<String> text(Payload payload) {
    try {
      return Optional.of(payload.asUtf8()).filter(text -> text.chars().allMatch(JsonText::isText));
    } catch (InvalidRequest e) {
      return Optional.empty();
    }
  }

  private static boolean isText(int c) {
    return !Character.isISOControl(c) || c == '\n' || c == '\r' || c == '\t';
  }

  /**
   * Puts a payload that need not be JSON into an object: as the JSON that it is, as text under
   * {@code nameText}, or as the bytes that it is under {@code nameBase64}.
   *
   * @param target the object
   * @param name the member's name
   * @param payload the payload, null for null
   */
  public static void putOpaque(ObjectNode target, String name, @Nullable Payload payload) {
    Optional<String> text =
        payload == null || parse(payload).isPresent() ? Optional.empty() : text(payload);
    if (text.isPresent()) {
      target.put(name + "Text", text.get());
    } else {
      put(target, name, payload);
    }
  }

  /**
   * Puts a payload into an object: as the JSON that it is, as text, or as the bytes that it is.
   *
   * @param target the object
   * @param name the member's name; bytes are under {@code nameBase64}
   * @param payload the payload, null for null
   */
  public static void put(ObjectNode target, String name, @Nullable Payload payload) {
    if (payload == null) {
      target.putNull(name);
      return;
    }
    Optional<JsonNode> json = parse(payload);
    if (json.isPresent()) {
      target.set(name, json.get());
    } else {
      target.put(name + "Base64", Base64.getEncoder().encodeToString(payload.toByteArray()));
    }
  }
}
