// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The rows, with what has been decided since they were read, and what is missing of them. */
final class PlannedRows implements Scope.States {

  /** The output of a step that is done for each which says how many elements there are. */
  static final String ITEMS = "items";

  private RunRows rows;
  private final Map<String, StepStatus> decided = new HashMap<>();
  private final Map<String, Integer> opened = new HashMap<>();

  /** What must be read, and what must be made, before the decisions are right. */
  final Set<String> toRead = new TreeSet<>();

  final Set<String> toCreate = new TreeSet<>();

  final Map<InboxKey, Integer> toReceive = new HashMap<>();
  private final Set<String> received = new TreeSet<>();

  PlannedRows(RunRows rows) {
    this.rows = rows;
  }

  @Nullable StepSummary row(String stepId) {
    return rows.steps().get(stepId);
  }

  /** Returns where a step stands; idle when it has no row. */
  StepStatus status(String stepId) {
    StepStatus status = decided.get(stepId);
    if (status != null) {
      return status;
    }
    StepSummary row = row(stepId);
    return row == null ? StepStatus.IDLE : row.status();
  }

  void decide(String stepId, StepStatus status) {
    decided.put(stepId, status);
  }

  /**
   * A row that is changed more than once in one list must be there: only then is its version known.
   */
  void needRow(String stepId) {
    if (row(stepId) == null) {
      toCreate.add(stepId);
    }
  }

  void open(String stepId, int items) {
    opened.put(stepId, items);
  }

  /** Returns the first pending messages of an inbox; null when they must be read first. */
  @Nullable List<InboxMessage> waiting(String stepId, String port, int most) {
    InboxKey key = new InboxKey(rows.run().runId(), stepId, port);
    List<InboxMessage> waiting = rows.waiting().get(key);
    if (waiting == null) {
      toReceive.put(key, most);
    }
    return waiting;
  }

  /** Has a row be there that holds an input. */
  void receive(String stepId, JsonNode input) {
    received.add(stepId);
    decide(stepId, StepStatus.SCHEDULED);
    rows =
        rows.withOutputs(
            stepId, JsonNodeFactory.instance.objectNode().set(Inboxes.RECEIVED, input));
  }

  /** Whether a row is made in this very plan, so that no second change of it can be decided. */
  boolean isReceived(String stepId) {
    return received.contains(stepId);
  }

  /** Returns how many inputs a trigger had: they have rows without a gap. */
  @Override
  public int inputs(String stepId) {
    int inputs = 0;
    while (rows.steps().containsKey(stepId + "[" + inputs + "]")
        || received.contains(stepId + "[" + inputs + "]")) {
      inputs++;
    }
    return inputs;
  }

  @Override
  public boolean isCompleted(String stepId) {
    return status(stepId) == StepStatus.COMPLETED;
  }

  @Override
  public boolean hasRunInput(String port) {
    JsonNode value = rows.inputs().get(port);
    return value != null && !value.isNull();
  }

  @Override
  public int items(String stepId) {
    Integer now = opened.get(stepId);
    if (now != null) {
      return now;
    }
    JsonNode items = value(new ValueRef.StepOutput(stepId, ITEMS));
    return items == null ? 0 : items.asInt();
  }

  /** Returns a value; null when it is absent, or must be read first. */
  @Nullable JsonNode value(ValueRef ref) {
    boolean known = true;
    for (String stepId : ref.rows()) {
      if (!rows.outputs().containsKey(stepId)) {
        toRead.add(stepId);
        known = false;
      }
    }
    return known ? rows.value(ref) : null;
  }

  /** Returns the ids of all rows below a group's. */
  Set<String> below(String stepId) {
    Set<String> below = new TreeSet<>();
    for (String id : rows.steps().keySet()) {
      if (stepId.isEmpty() || id.startsWith(stepId + "/") || id.startsWith(stepId + "[")) {
        below.add(id);
      }
    }
    return below;
  }
}
