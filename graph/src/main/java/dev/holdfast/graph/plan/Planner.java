// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.plan.GraphIndex.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Says what is next in the runs of a graph: a pure function of a run's rows and of the time. It is
 * asked in every turn, with the rows as they are, and the same rows have the same answer, whatever
 * happened before; so a run goes on after a crash as it would have without.
 *
 * <p>Of the rows it takes these to be the engine's promises: a task that is scheduled or running
 * has an activity; a completed one has its outputs; a failed one says whether it is retryable.
 *
 * <p>Immutable, thread-safe; make one for each definition.
 */
public final class Planner {

  private final GraphIndex index;

  private Planner(GraphIndex index) {
    this.index = index;
  }

  /**
   * Creates a planner.
   *
   * @param definition a definition that was checked
   * @return the planner
   * @throws IllegalArgumentException when its steps wait for each other
   */
  public static Planner of(GraphDefinition definition) {
    return new Planner(new GraphIndex(definition));
  }

  /** {@return the definition} */
  public GraphDefinition definition() {
    return index.graph;
  }

  /**
   * Says what is next.
   *
   * @param rows the run's rows
   * @param now the store's time
   * @return what is next; nothing for a run that has ended or is paused
   */
  public Plan next(RunRows rows, Instant now) {
    Objects.requireNonNull(now, "now");
    return new Planning(index, rows, now).plan();
  }

  /**
   * Finds the definition of a step by the id of its row.
   *
   * @param stepId the id, such as {@code parts[2]/classify}
   * @return the step, empty when the graph has none for such a row
   */
  public Optional<StepDefinition> step(String stepId) {
    return StepPath.parse(index, stepId).map(path -> path.last().node().step());
  }

  /**
   * Tells whether a row stands for others: a sub-graph, an element of one, or a step that is done
   * for each.
   *
   * @param stepId the id of the row
   * @return whether it does; false when the graph has none for such a row
   */
  public boolean isGroup(String stepId) {
    return StepPath.parse(index, stepId)
        .map(StepPath::last)
        .map(last -> last.node().inner() != null || (isEach(last.node()) && last.item() < 0))
        .orElse(false);
  }

  /**
   * Tells whether a row is one of a trigger: the trigger's own, or that of one of its inputs. Its
   * outputs hold what else nobody knows, and survive when the run begins again.
   *
   * @param stepId the id of the row
   * @return whether it is; false when the graph has none for such a row
   */
  public boolean isOfTrigger(String stepId) {
    return step(stepId).map(step -> step.trigger() != null).orElse(false);
  }

  /**
   * Says where the messages go that a step sends.
   *
   * @param stepId the id of its row
   * @return where its streams go; none when it has none
   * @throws IllegalArgumentException when the graph has no step for such a row
   */
  public List<StreamTarget> streamTargets(String stepId) {
    Node node = path(stepId).last().node();
    String around = stepId.substring(0, stepId.lastIndexOf('/') + 1);
    return node.targets().stream()
        .map(to -> new StreamTarget(to.stream(), around + to.stepId(), to.port(), to.capacity()))
        .toList();
  }

  private static boolean isEach(Node node) {
    return node.step().isEach();
  }

  /**
   * Says where the inputs of a step are, for whoever does it. Right as soon as it was scheduled,
   * and the same ever after.
   *
   * @param stepId the id of its row
   * @param rows the rows of the run; of outputs those of {@link #toRead}
   * @return where its inputs are, by name; absent ones are left out
   * @throws IllegalArgumentException when the graph has no step for such a row
   */
  public Map<String, ValueRef> inputs(String stepId, RunRows rows) {
    PlannedRows planned = new PlannedRows(rows);
    StepPath path = path(stepId);
    Map<String, ValueRef> inputs = path.inputs(Scope.ofRun(index, planned));
    if (!planned.toRead.isEmpty()) {
      throw new IllegalStateException(
          "the outputs of %s must be read first".formatted(planned.toRead));
    }
    return inputs;
  }

  /**
   * Says whose outputs must be read to find where the inputs of a step are.
   *
   * @param stepId the id of its row
   * @param rows the rows of the run
   * @return ids of rows; none when {@link #inputs} can be asked
   * @throws IllegalArgumentException when the graph has no step for such a row
   */
  public Set<String> toRead(String stepId, RunRows rows) {
    PlannedRows planned = new PlannedRows(rows);
    path(stepId).inputs(Scope.ofRun(index, planned));
    return Set.copyOf(planned.toRead);
  }

  private StepPath path(String stepId) {
    return StepPath.parse(index, stepId)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "graph %s %s has no step for the row \"%s\""
                    .formatted(index.graph.name(), index.graph.version(), stepId)));
  }
}
