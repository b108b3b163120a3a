// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Objects;

/**
 * A named input or output of a step type or of a graph. Immutable.
 *
 * @param name its name, unique among the inputs or among the outputs
 * @param type what may pass
 * @param optional of an input: that it may be left open; of an output: that it may stay empty
 */
public record Port(String name, PortType type, boolean optional) {

  /** Requires name and type; whether the name is good is said when a graph is checked. */
  public Port {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }

  /** {@return name and type, such as {@code text: text} or {@code note: text, optional}} */
  @Override
  public String toString() {
    return name + ": " + type + (optional ? ", optional" : "");
  }
}
