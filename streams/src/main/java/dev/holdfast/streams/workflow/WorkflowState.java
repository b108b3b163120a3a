// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.workflow;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Where a workflow stands.
 *
 * @param current the state: that of the last event that names one
 * @param data the fields, each as the last event that brought it has it
 */
public record WorkflowState(String current, Map<String, JsonNode> data) {

  /** Copies the fields. */
  public WorkflowState {
    data = Collections.unmodifiableMap(new TreeMap<>(data));
  }
}
