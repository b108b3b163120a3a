// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.workflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event of a workflow. Immutable, as long as nobody changes what its payload is made of.
 *
 * @param name what has happened: its type in the stream
 * @param from the state before, absent for whichever it was
 * @param to the state after, absent for the one before
 * @param payload the fields that it brings
 */
public record WorkflowEvent(
    String name, @Nullable String from, @Nullable String to, Map<String, JsonNode> payload) {

  /** Copies the payload. */
  public WorkflowEvent {
    payload = Map.copyOf(payload);
  }

  /**
   * An event that leads to a state.
   *
   * @param name what has happened
   * @param to the state after
   * @param payload the fields that it brings
   * @return the event
   */
  public static WorkflowEvent to(String name, String to, Map<String, JsonNode> payload) {
    return new WorkflowEvent(name, null, to, payload);
  }
}
