// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.plan.GraphIndex.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of a step's row, taken apart: {@code parts[2]/classify}. */
record StepPath(List<Part> parts) {

  private static final Pattern PART = Pattern.compile("([^\\[\\]/]+)(?:\\[(0|[1-9]\\d{0,8})])?");

  /** One step, and which of its elements; -1 for the step itself. */
  record Part(Node node, int item) {}

  /** Takes an id apart; empty when the graph has no step for such a row. */
  static Optional<StepPath> parse(GraphIndex index, String stepId) {
    List<Part> parts = new ArrayList<>();
    GraphIndex at = index;
    for (String text : stepId.split("/", -1)) {
      Part part = at == null ? null : part(at, text);
      if (part == null) {
        return Optional.empty();
      }
      parts.add(part);
      boolean inside = !part.node().step().isEach() || part.item() >= 0;
      at = inside ? part.node().inner() : null;
    }
    return Optional.of(new StepPath(List.copyOf(parts)));
  }

  private static @Nullable Part part(GraphIndex index, String text) {
    Matcher matcher = PART.matcher(text);
    if (!matcher.matches() || !index.has(matcher.group(1))) {
      return null;
    }
    Node node = index.node(matcher.group(1));
    int item = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
    return item >= 0 && !node.step().isEach() ? null : new Part(node, item);
  }

  /** Returns the ids of a row and of the groups that it is in, from the outside in. */
  static List<String> andAround(String stepId) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i <= stepId.length(); i++) {
      if (i == stepId.length() || stepId.charAt(i) == '/' || stepId.charAt(i) == '[') {
        ids.add(stepId.substring(0, i));
      }
    }
    return ids;
  }

  Part last() {
    return parts.getLast();
  }

  /** Returns where the inputs of the step are. */
  Map<String, ValueRef> inputs(Scope run) {
    Scope scope = run;
    for (Part part : parts.subList(0, parts.size() - 1)) {
      scope = scope.inner(part.node(), part.item());
    }
    return scope.inputs(last().node(), last().item());
  }
}
