// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import dev.holdfast.console.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was asked: the parameters of the address, and the members of the body of an action.
 *
 * @param user who asks, as far as it is known, for the log
 * @param parameters by name
 * @param body what came with it, empty when nothing did
 */
public record Request(String user, Map<String, String> parameters, ObjectNode body) {

  /** Copies the parameters. */
  public Request {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Takes apart what stands behind the question mark of an address.
   *
   * @param query the text, null for none
   * @return the parameters; of two with one name the last
   * @throws HttpProblem when it is not well formed
   */
  static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query != null) {
      for (String part : query.split("&")) {
        int equals = part.indexOf('=');
        if (equals > 0) {
          parameters.put(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1)));
        }
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest("the address is not well formed: " + e.getMessage());
    }
  }

  /** {@return a parameter, null where it is missing or empty} */
  public @Nullable String text(String name) {
    String value = parameters.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * Returns a parameter that must be there.
   *
   * @throws HttpProblem when it is missing
   */
  public String needed(String name) {
    String value = text(name);
    if (value == null) {
      throw HttpProblem.badRequest("the parameter \"" + name + "\" is missing");
    }
    return value;
  }

  /** {@return whether a parameter is {@code true}} */
  public boolean flag(String name) {
    return "true".equals(parameters.get(name));
  }

  /** {@return the words of a parameter, which are separated by commas} */
  public List<String> words(String name) {
    String value = text(name);
    return value == null
        ? List.of()
        : Stream.of(value.split(",")).map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  /**
   * Returns a whole number.
   *
   * @param name the parameter
   * @param otherwise the value where it is missing
   * @param least the least value
   * @param most the greatest value; what is greater becomes that
   * @throws HttpProblem when it is no number, or too small
   */
  public long number(String name, long otherwise, long least, long most) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    long number;
    try {
      number = Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw HttpProblem.badRequest("the parameter \"" + name + "\" is no whole number");
    }
    if (number < least) {
      throw HttpProblem.badRequest("the parameter \"" + name + "\" goes from " + least);
    }
    return Math.min(number, most);
  }

  /**
   * Returns a text of the body.
   *
   * @throws HttpProblem when it is missing, empty or no text
   */
  public String bodyText(String name) {
    String value = bodyTextIfAny(name);
    if (value == null) {
      throw HttpProblem.badRequest("the member \"" + name + "\" is missing");
    }
    return value;
  }

  /**
   * Returns a text of the body.
   *
   * @return the text, null where it is missing, null or empty
   * @throws HttpProblem when it is no text
   */
  public @Nullable String bodyTextIfAny(String name) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw HttpProblem.badRequest("the member \"" + name + "\" is no text");
    }
    return value.stringValue().isEmpty() ? null : value.stringValue();
  }

  /** {@return whether a member of the body is true} */
  public boolean bodyFlag(String name) {
    JsonNode value = body.get(name);
    return value != null && value.isBoolean() && value.booleanValue();
  }

  /** Reads the body of an action. */
  static ObjectNode body(byte[] bytes) {
    JsonNode value =
        Json.parse(bytes).orElseThrow(() -> HttpProblem.badRequest("the body is not JSON"));
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw HttpProblem.badRequest("the body is no JSON object");
  }
}
