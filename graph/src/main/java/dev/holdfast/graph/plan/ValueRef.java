// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a value is: values are not copied from step to step, they stay in the row of the step that
 * made them. {@link RunRows#value} reads one. Immutable.
 */
public sealed interface ValueRef {

  /**
   * An input of the run.
   *
   * @param port its name
   */
  record RunInput(String port) implements ValueRef {

    /** Requires the name. */
    public RunInput {
      Objects.requireNonNull(port, "port");
    }
  }

  /**
   * An output of a step.
   *
   * @param stepId the id of the step's row, such as {@code parts[2]/classify}
   * @param port the name of the output
   */
  record StepOutput(String stepId, String port) implements ValueRef {

    /** Requires both. */
    public StepOutput {
      Objects.requireNonNull(stepId, "stepId");
      Objects.requireNonNull(port, "port");
    }
  }

  /**
   * A value of the definition.
   *
   * @param json its JSON text
   */
  record Constant(String json) implements ValueRef {

    /** Requires the text. */
    public Constant {
      Objects.requireNonNull(json, "json");
    }
  }

  /**
   * An element of a list.
   *
   * @param list where the list is
   * @param index which element, from 0
   */
  record Item(ValueRef list, int index) implements ValueRef {

    /** Requires the list. */
    public Item {
      Objects.requireNonNull(list, "list");
    }
  }

  /**
   * A list of what several steps have made.
   *
   * @param parts where its elements are
   */
  record Gathered(List<ValueRef> parts) implements ValueRef {

    /** Copies the parts. */
    public Gathered {
      parts = List.copyOf(parts);
    }
  }

  /** Nothing, which is read as null: an element of a list whose step was skipped or failed. */
  record Absent() implements ValueRef {}

  /** {@return the ids of the rows whose outputs must be read for the value, each once} */
  default Set<String> rows() {
    Set<String> rows = new LinkedHashSet<>();
    collect(this, rows);
    return rows;
  }

  private static void collect(ValueRef ref, Set<String> rows) {
    switch (ref) {
      case StepOutput output -> rows.add(output.stepId());
      case Item item -> collect(item.list(), rows);
      case Gathered(List<ValueRef> parts) -> parts.forEach(part -> collect(part, rows));
      case RunInput input -> {}
      case Constant constant -> {}
      case Absent absent -> {}
    }
  }
}
