// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.internal.Jsons;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Thrown by the code of a step to leave it and come back later: {@code throw context.suspend("waits
 * for approval").state(draft)}. Nothing of the attempt is held meanwhile: no thread, no lock. Not
 * thread-safe.
 */
public final class StepSuspension extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;
  private transient JsonNode state = JsonNodeFactory.instance.objectNode();
  private transient @Nullable JsonNode metadata;
  private boolean cancelsSiblings;
  private boolean consumes;

  /**
   * Creates a suspension with an empty state.
   *
   * @param reason what the step waits for, for people
   */
  public StepSuspension(String reason) {
    super(Objects.requireNonNull(reason, "reason"), null, false, false);
    this.reason = reason;
  }

  /**
   * Sets what the step wants to know when it comes back. Code outside may merge into it.
   *
   * @param value a value that is a JSON object: a record, a map; it replaces what was set before
   * @return this
   * @throws IllegalArgumentException when it cannot be written as a JSON object
   */
  public StepSuspension state(Object value) {
    JsonNode json = Jsons.tree(value);
    if (!json.isObject()) {
      throw new IllegalArgumentException(
          "the state is %s; give a record or a map, so that others can merge into it"
              .formatted(json.getNodeType()));
    }
    state = json;
    return this;
  }

  /**
   * Sets what others are to know of the suspension, such as who may approve.
   *
   * @param value a value that can be written as JSON
   * @return this
   * @throws IllegalArgumentException when it cannot
   */
  public StepSuspension metadata(Object value) {
    metadata = Jsons.tree(value);
    return this;
  }

  /**
   * Has the other steps of the run that are scheduled or running cancelled. They are not done
   * afterwards, and what needs them is skipped. Unless called they finish.
   *
   * @return this
   */
  public StepSuspension cancelSiblings() {
    cancelsSiblings = true;
    return this;
  }

  /** {@return what the step waits for} */
  public String reason() {
    return reason;
  }

  /** {@return what the step wants to know when it comes back, a JSON object} */
  public JsonNode state() {
    return state;
  }

  /** {@return what others are to know, null for nothing} */
  public @Nullable JsonNode metadata() {
    return metadata;
  }

  static StepSuspension forNextMessages(Object state) {
    StepSuspension suspension = new StepSuspension("waits for messages").state(state);
    suspension.consumes = true;
    return suspension;
  }

  /** {@return whether it consumes what was received, and waits for the next messages} */
  public boolean waitsForMessages() {
    return consumes;
  }

  /** {@return whether siblings are cancelled} */
  public boolean cancelsSiblings() {
    return cancelsSiblings;
  }
}
