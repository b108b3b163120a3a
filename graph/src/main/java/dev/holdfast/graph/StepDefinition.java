// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step of a graph. Immutable; made by a {@link StepBuilder} or read from JSON, and checked with
 * its graph.
 *
 * @param id its id, unique in its graph
 * @param body what it does
 * @param inputs what its inputs are connected to, by name, in order
 * @param after the ids of steps that end before it begins, whatever they end as
 * @param when the condition on which it is done, absent for always
 * @param forEach the list of which each element is done, absent for none
 * @param trigger what makes it a step that is done for each input from outside, absent for none
 * @param receives the streams that it receives, by the names that its code receives them under
 * @param retry how often it is tried
 * @param timeout how long an attempt may take, absent for as long as it likes; a wait in the queue,
 *     or while it is suspended, is not counted
 * @param mayFail whether the run goes on when it has failed for good; its outputs are absent then
 * @param tag which workers do it, absent for all
 * @param session the name of the session that its run's steps of that name share, so that one
 *     worker does them; absent for none
 */
public record StepDefinition(
    String id,
    StepBody body,
    Map<String, Input> inputs,
    List<String> after,
    @Nullable Condition when,
    @Nullable ForEach forEach,
    @Nullable Trigger trigger,
    Map<String, StreamInput> receives,
    RetryPolicy retry,
    @Nullable Duration timeout,
    boolean mayFail,
    @Nullable String tag,
    @Nullable String session) {

  /** Requires and copies the parts; whether they fit is said when a graph is checked. */
  public StepDefinition {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(retry, "retry");
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    after = List.copyOf(after);
    receives = Collections.unmodifiableMap(new LinkedHashMap<>(receives));
  }

  /**
   * Creates a step that is no trigger and receives no streams.
   *
   * @param id its id, unique in its graph
   * @param body what it does
   * @param inputs what its inputs are connected to, by name, in order
   * @param after the ids of steps that end before it begins
   * @param when the condition on which it is done, absent for always
   * @param forEach the list of which each element is done, absent for none
   * @param retry how often it is tried
   * @param timeout how long an attempt may take, absent for as long as it likes
   * @param mayFail whether the run goes on when it has failed for good
   * @param tag which workers do it, absent for all
   * @param session the name of its session, absent for none
   */
  public StepDefinition(
      String id,
      StepBody body,
      Map<String, Input> inputs,
      List<String> after,
      @Nullable Condition when,
      @Nullable ForEach forEach,
      RetryPolicy retry,
      @Nullable Duration timeout,
      boolean mayFail,
      @Nullable String tag,
      @Nullable String session) {
    this(
        id, body, inputs, after, when, forEach, null, Map.of(), retry, timeout, mayFail, tag,
        session);
  }

  /**
   * Returns the steps that must end before it begins: those of its inputs, of its condition, and
   * those that it comes after.
   *
   * @return their ids, in order, each once
   */
  public Set<String> predecessors() {
    Set<String> ids = new LinkedHashSet<>();
    for (Input input : inputs.values()) {
      input.sources().forEach(source -> addStep(source, ids));
    }
    if (when != null) {
      conditionSources(when, ids);
    }
    ids.addAll(after);
    return Collections.unmodifiableSet(ids);
  }

  /**
   * {@return whether it is done several times: for each element of a list, or for each input from
   * outside}
   */
  public boolean isEach() {
    return forEach != null || trigger != null;
  }

  /** {@return whether it has a row that stands for others: it is a sub-graph, or done for each} */
  public boolean isGroup() {
    return isEach() || body instanceof StepBody.SubGraph;
  }

  private static void conditionSources(Condition condition, Set<String> ids) {
    switch (condition) {
      case Condition.Comparison comparison -> addStep(comparison.source(), ids);
      case Condition.AllOf(List<Condition> all) -> all.forEach(c -> conditionSources(c, ids));
      case Condition.AnyOf(List<Condition> any) -> any.forEach(c -> conditionSources(c, ids));
      case Condition.Not(Condition inner) -> conditionSources(inner, ids);
    }
  }

  private static void addStep(Source source, Set<String> ids) {
    if (source instanceof Source.StepOutput output) {
      ids.add(output.step());
    }
  }
}
