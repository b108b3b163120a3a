// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.Port;
import dev.holdfast.graph.StepContext;
import dev.holdfast.graph.StepFunction;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.internal.Jsons;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The code of a step type, from JSON to JSON.
 *
 * @param type its type
 * @param function the code
 */
record StepCode<I extends @Nullable Object, O extends @Nullable Object>(
    StepType<I, O> type, StepFunction<I, O> function) {

  /** What the code got or returned does not fit its type; another attempt does not mend it. */
  static final class MisfitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MisfitException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Reads inputs. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the class is that of the type, null that of Void
  I inputs(JsonNode json) {
    try {
      return (I) value(json);
    } catch (IllegalArgumentException e) {
      throw new MisfitException(
          "the inputs of step type \"%s\" do not fit: %s".formatted(type.name(), e.getMessage()),
          e);
    }
  }

  private @Nullable Object value(JsonNode json) {
    return type.inputClass() == Void.class ? null : Jsons.value(json, type.inputClass());
  }

  /** Runs the code. */
  O run(StepContext context, I inputs) throws Exception {
    return function.run(context, inputs);
  }

  /** Writes outputs, and checks that each port has its value. */
  JsonNode outputs(O outputs) {
    JsonNode json = tree(outputs);
    if (!(json instanceof ObjectNode object)) {
      throw misfit("returned " + json.getNodeType() + ", and its outputs have names");
    }
    for (Port port : type.outputs()) {
      JsonNode value = object.get(port.name());
      if (value == null || value.isNull()) {
        object.remove(port.name());
        if (!port.optional()) {
          throw misfit("returned nothing for its output \"" + port.name() + "\"");
        }
      }
    }
    for (String name : object.propertyNames()) {
      if (type.outputs().stream().noneMatch(port -> port.name().equals(name))) {
        throw misfit("returned \"" + name + "\", which is none of its outputs");
      }
    }
    return object;
  }

  private JsonNode tree(O outputs) {
    if (type.outputClass() == Void.class || (outputs == null && type.outputs().isEmpty())) {
      return Jsons.tree(Map.of());
    }
    if (outputs == null) {
      throw misfit("returned null");
    }
    try {
      return Jsons.tree(outputs);
    } catch (IllegalArgumentException e) {
      throw new MisfitException(
          "the outputs of step type \"%s\" do not fit: %s".formatted(type.name(), e.getMessage()),
          e);
    }
  }

  private MisfitException misfit(String what) {
    return new MisfitException(
        "the code of step type \"%s\" %s".formatted(type.name(), what), null);
  }
}
