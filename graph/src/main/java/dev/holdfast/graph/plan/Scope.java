// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.plan.GraphIndex.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph within a run: the whole of it, or a sub-graph under the row of its step, with the names
 * that hold there. Says where values are, from what has ended.
 */
final class Scope {

  final GraphIndex index;
  final String prefix;
  final @Nullable Scope parent;
  private final States states;

  /**
   * The step of the parent that this graph is, and which element of it; null and -1 for the run.
   */
  private final @Nullable Node owner;

  private final int item;

  /** What the rows say, with what has been decided since. */
  interface States {
    boolean isCompleted(String stepId);

    boolean hasRunInput(String port);

    /** How many elements a step that is done for each has; only asked of a completed one. */
    int items(String stepId);

    /** How many inputs a trigger had; only asked of a completed one. */
    int inputs(String stepId);
  }

  private Scope(
      GraphIndex index,
      String prefix,
      @Nullable Scope parent,
      States states,
      @Nullable Node owner,
      int item) {
    this.index = index;
    this.prefix = prefix;
    this.parent = parent;
    this.states = states;
    this.owner = owner;
    this.item = item;
  }

  static Scope ofRun(GraphIndex index, States states) {
    return new Scope(index, "", null, states, null, -1);
  }

  /** Returns the graph that a step here is; {@code item} is -1 when it is not done for each. */
  Scope inner(Node node, int item) {
    if (node.inner() == null) {
      throw new IllegalArgumentException("step \"%s\" is no graph".formatted(node.step().id()));
    }
    return new Scope(node.inner(), rowId(node.step(), item) + "/", this, states, node, item);
  }

  String rowId(StepDefinition step) {
    return prefix + step.id();
  }

  String rowId(StepDefinition step, int item) {
    return item < 0 ? rowId(step) : rowId(step) + "[" + item + "]";
  }

  /** Returns where a value is; null when it is absent. Asked when what it comes from has ended. */
  @Nullable ValueRef find(Source source) {
    return switch (source) {
      case Source.Constant(String json) -> new ValueRef.Constant(json);
      case Source.GraphInput(String port) -> input(port);
      case Source.StepOutput(String step, String port) -> output(index.node(step), port);
    };
  }

  /** Returns where the first value is that is there; null when none is. */
  @Nullable ValueRef findFirst(List<Source> sources) {
    for (Source source : sources) {
      ValueRef ref = find(source);
      if (ref != null) {
        return ref;
      }
    }
    return null;
  }

  private @Nullable ValueRef input(String port) {
    if (parent == null || owner == null) {
      return states.hasRunInput(port) ? new ValueRef.RunInput(port) : null;
    }
    return parent.inputs(owner, item).get(port);
  }

  /** Returns where the inputs of a step are, without those that are absent. */
  Map<String, ValueRef> inputs(Node node, int item) {
    Map<String, ValueRef> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Input> entry : node.step().inputs().entrySet()) {
      ValueRef ref = findFirst(entry.getValue().sources());
      if (ref != null) {
        boolean each = item >= 0 && entry.getKey().equals(eachInput(node));
        inputs.put(entry.getKey(), each ? item(ref, item) : ref);
      }
    }
    if (node.step().trigger() != null && item >= 0) {
      inputs.put(
          node.step().trigger().input(),
          new ValueRef.StepOutput(rowId(node.step(), item), Inboxes.RECEIVED));
    }
    return inputs;
  }

  private static @Nullable String eachInput(Node node) {
    return node.step().forEach() == null ? null : node.step().forEach().input();
  }

  private static ValueRef item(ValueRef list, int index) {
    if (!(list instanceof ValueRef.Gathered(List<ValueRef> parts))) {
      return new ValueRef.Item(list, index);
    }
    // shorter only while the number of elements is still to be read
    return index < parts.size() ? parts.get(index) : new ValueRef.Absent();
  }

  private @Nullable ValueRef output(Node node, String port) {
    String id = rowId(node.step());
    if (!states.isCompleted(id)) {
      return null;
    }
    if (!node.step().isEach()) {
      return ownOutput(node, -1, port);
    }
    List<ValueRef> parts = new ArrayList<>();
    int items = node.step().trigger() != null ? states.inputs(id) : states.items(id);
    for (int i = 0; i < items; i++) {
      ValueRef part = states.isCompleted(rowId(node.step(), i)) ? ownOutput(node, i, port) : null;
      parts.add(part == null ? new ValueRef.Absent() : part);
    }
    return new ValueRef.Gathered(parts);
  }

  private @Nullable ValueRef ownOutput(Node node, int item, String port) {
    if (node.inner() == null) {
      return new ValueRef.StepOutput(rowId(node.step(), item), port);
    }
    GraphOutput output = node.inner().graph.output(port).orElseThrow();
    return inner(node, item).findFirst(output.sources());
  }
}
