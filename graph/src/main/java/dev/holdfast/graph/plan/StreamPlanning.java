// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.StreamInput;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.plan.GraphIndex.Node;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether a step that receives streams has something to do. */
final class StreamPlanning {

  private final PlannedRows planned;

  StreamPlanning(PlannedRows planned) {
    this.planned = planned;
  }

  /**
   * Returns the streams of a step in which nothing comes any more beside what waits; null when the
   * step has nothing to do, because nothing waits and something may come, or when its inboxes must
   * be read first. A step that receives no streams always has something to do.
   */
  @Nullable Set<String> ready(Scope scope, Node node) {
    Set<String> ended = new TreeSet<>();
    boolean waits = node.step().receives().isEmpty();
    boolean known = true;
    for (Map.Entry<String, StreamInput> entry : node.step().receives().entrySet()) {
      String port = entry.getKey();
      List<InboxMessage> first = planned.waiting(scope.rowId(node.step()), port, 1);
      if (first == null) {
        known = false;
      } else if (first.isEmpty()) {
        if (hasEnded(scope, entry.getValue().from().step())) {
          ended.add(port);
        }
      } else if (Inboxes.isEnd(first.getFirst())) {
        ended.add(port);
      } else {
        waits = true;
        if (hasEnded(scope, entry.getValue().from().step())) {
          ended.add(port);
        }
      }
    }
    boolean all = ended.size() == node.step().receives().size();
    return known && (waits || all) ? ended : null;
  }

  /** Whether a sender has ended for good, so that what it has sent is there. */
  private boolean hasEnded(Scope scope, String sender) {
    StepDefinition step = scope.index.node(sender).step();
    String id = scope.rowId(step);
    StepStatus status = planned.status(id);
    if (status != StepStatus.FAILED) {
      return status.isEnded();
    }
    StepSummary row = planned.row(id);
    return row == null || !Planning.retries(step, row);
  }
}
