// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The rows of a run, as they were read in one turn. Summaries of all steps are needed; outputs only
 * of those that a {@link Plan} asks for. Immutable, as long as nobody changes the JSON in it.
 *
 * @param run the run's row
 * @param inputs the run's inputs, as a JSON object
 * @param steps the rows of its steps, by id
 * @param outputs the outputs that were read, by the id of the step, as JSON objects; null stands
 *     for a row without outputs
 * @param timeFrom from when the time of the run is counted; absent for when it was first running. A
 *     run that failed and begins again has its whole time again, and its row does not say when
 * @param waiting the first pending messages of the inboxes that a {@link Plan} asked for
 */
public record RunRows(
    RunSummary run,
    JsonNode inputs,
    Map<String, StepSummary> steps,
    Map<String, @Nullable JsonNode> outputs,
    @Nullable Instant timeFrom,
    Map<InboxKey, List<InboxMessage>> waiting) {

  /**
   * Creates rows of a run of whose inboxes nothing was read.
   *
   * @param run the run's row
   * @param inputs the run's inputs, as a JSON object
   * @param steps the rows of its steps, by id
   * @param outputs the outputs that were read, by the id of the step
   * @param timeFrom from when the time of the run is counted; absent for when it was first running
   */
  public RunRows(
      RunSummary run,
      JsonNode inputs,
      Map<String, StepSummary> steps,
      Map<String, @Nullable JsonNode> outputs,
      @Nullable Instant timeFrom) {
    this(run, inputs, steps, outputs, timeFrom, Map.of());
  }

  /**
   * Creates rows of a run whose time is counted from when it was first running.
   *
   * @param run the run's row
   * @param inputs the run's inputs, as a JSON object
   * @param steps the rows of its steps, by id
   * @param outputs the outputs that were read, by the id of the step
   */
  public RunRows(
      RunSummary run,
      JsonNode inputs,
      Map<String, StepSummary> steps,
      Map<String, @Nullable JsonNode> outputs) {
    this(run, inputs, steps, outputs, null, Map.of());
  }

  /** Requires and copies the parts. */
  public RunRows {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(inputs, "inputs");
    steps = Collections.unmodifiableMap(new HashMap<>(steps));
    outputs = Collections.unmodifiableMap(new HashMap<>(outputs));
    waiting = Map.copyOf(waiting);
  }

  /** Returns the same rows with outputs of one more step. */
  RunRows withOutputs(String stepId, JsonNode more) {
    Map<String, @Nullable JsonNode> all = new HashMap<>(outputs);
    all.put(stepId, more);
    return new RunRows(run, inputs, steps, all, timeFrom, waiting);
  }

  /**
   * Reads a value.
   *
   * @param ref where it is
   * @return the value; null when there is none, or it is null
   * @throws IllegalStateException when it is in the outputs of a row that were not read
   */
  public @Nullable JsonNode value(ValueRef ref) {
    JsonNode value =
        switch (ref) {
          case ValueRef.RunInput(String port) -> inputs.get(port);
          case ValueRef.StepOutput(String stepId, String port) -> output(stepId, port);
          case ValueRef.Constant(String json) -> Jsons.read(json);
          case ValueRef.Item(ValueRef list, int index) -> {
            JsonNode all = value(list);
            yield all == null ? null : all.get(index);
          }
          case ValueRef.Gathered(List<ValueRef> parts) -> {
            List<JsonNode> values = new ArrayList<>();
            for (ValueRef part : parts) {
              JsonNode each = value(part);
              values.add(each == null ? JsonNodeFactory.instance.nullNode() : each);
            }
            yield JsonNodeFactory.instance.arrayNode().addAll(values);
          }
          case ValueRef.Absent absent -> null;
        };
    return value == null || value.isNull() ? null : value;
  }

  private @Nullable JsonNode output(String stepId, String port) {
    if (!outputs.containsKey(stepId)) {
      throw new IllegalStateException(
          "the outputs of step %s of run %s were not read".formatted(stepId, run.runId()));
    }
    JsonNode all = outputs.get(stepId);
    return all == null ? null : all.get(port);
  }

  /**
   * Reads several values into one object; absent ones are left out.
   *
   * @param refs where they are, by name
   * @return a JSON object
   * @throws IllegalStateException when one is in the outputs of a row that were not read
   */
  public JsonNode object(Map<String, ValueRef> refs) {
    var object = JsonNodeFactory.instance.objectNode();
    refs.forEach((name, ref) -> {
      JsonNode value = value(ref);
      if (value != null) {
        object.set(name, value);
      }
    });
    return object;
  }
}
