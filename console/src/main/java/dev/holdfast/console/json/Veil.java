// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.json;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What people may see of what an application has stored.
 *
 * @param hides whether payloads, and texts that may have parts of them, are kept back
 */
public record Veil(boolean hides) {

  /** Stands where a text is kept back. */
  public static final String HIDDEN = "(hidden)";

  /** How much of a payload stands in a list, in characters. */
  private static final int IN_A_LIST = 4_000;

  /** How much base64 is of use to people. */
  private static final int WHOLE_BASE64 = 100_000;

  /** {@return a text of the application, such as the message of a failure} */
  public @Nullable String text(@Nullable String text) {
    return text == null || !hides ? text : HIDDEN;
  }

  /**
   * Puts a payload into an object, for a list: a long one is cut.
   *
   * @param target the object
   * @param name the member
   * @param payload the payload, null for null
   */
  public void put(ObjectNode target, String name, @Nullable Payload payload) {
    put(target, name, payload, IN_A_LIST);
  }

  /** Puts a payload into an object, however long it is. */
  public void putWhole(ObjectNode target, String name, @Nullable Payload payload) {
    put(target, name, payload, Integer.MAX_VALUE);
  }

  /** Puts a JSON text into an object, for a list, as a payload. */
  public void putJson(ObjectNode target, String name, @Nullable String json) {
    put(target, name, json == null ? null : Payload.utf8(json));
  }

  private void put(ObjectNode target, String name, @Nullable Payload payload, int most) {
    if (payload == null) {
      target.putNull(name);
      return;
    }
    ObjectNode object = target.putObject(name).put("bytes", payload.size());
    if (hides) {
      object.put("form", "hidden");
      return;
    }
    Optional<String> text = text(payload);
    // What is cut need not be parsed: nobody looks at the end of it.
    boolean isShort = payload.size() <= most;
    Optional<String> json = isShort ? text.flatMap(Json::pretty) : Optional.empty();
    if (json.isPresent()) {
      put(object, "json", json.get(), most);
    } else if (text.isPresent()) {
      put(object, "text", text.get(), most);
    } else {
      put(
          object,
          "base64",
          Base64.getEncoder().encodeToString(payload.toByteArray()),
          Math.min(most, WHOLE_BASE64));
    }
  }

  private static void put(ObjectNode object, String form, String text, int most) {
    object.put("form", form);
    if (text.length() <= most) {
      object.put("text", text);
      return;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    object.put("text", text.substring(0, end)).put("cut", true);
  }

  private static Optional<String> text(Payload payload) {
    try {
      return Optional.of(payload.asUtf8()).filter(text -> text.chars().allMatch(Veil::isText));
    } catch (InvalidRequest e) {
      return Optional.empty();
    }
  }

  private static boolean isText(int c) {
    return !Character.isISOControl(c) || c == '\n' || c == '\r' || c == '\t';
  }
}
