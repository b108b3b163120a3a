// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What can be asked, and what can be done, by path. Not thread-safe while it is being filled. */
public final class Routes {

  private final Map<String, Function<Request, JsonNode>> questions = new TreeMap<>();
  private final Map<String, Function<Request, JsonNode>> actions = new TreeMap<>();

  /** Creates an empty one. */
  public Routes() {}

  /**
   * Adds a question, which changes nothing.
   *
   * @param path the path behind {@code /api/}
   * @param answer what answers it
   * @return this
   */
  public Routes question(String path, Function<Request, JsonNode> answer) {
    questions.put(path, answer);
    return this;
  }

  /**
   * Adds an action.
   *
   * @param path the path behind {@code /api/}
   * @param answer what does it
   * @return this
   */
  public Routes action(String path, Function<Request, JsonNode> answer) {
    actions.put(path, answer);
    return this;
  }

  @Nullable Function<Request, JsonNode> findQuestion(String path) {
    return questions.get(path);
  }

  @Nullable Function<Request, JsonNode> findAction(String path) {
    return actions.get(path);
  }
}
