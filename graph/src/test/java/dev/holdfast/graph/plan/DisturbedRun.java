// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Takes a run to its end with activities in any order, turns that are lost before they are written,
 * workers that die, and queues that are lost; watches that nothing is decided twice.
 */
final class DisturbedRun extends StoredRun {

  private final GraphDefinition graph;
  private final Behaviour behaviour;
  private final Random random;
  private final boolean crashes;

  /** Steps that have an activity. */
  private final Set<String> queue = new TreeSet<>();

  private final Map<String, JsonNode> given = new HashMap<>();
  private final Set<String> decidedOnce = new HashSet<>();
  private final Set<String> completed = new HashSet<>();
  private final Set<String> resumed = new HashSet<>();

  /** What the run came to. */
  Map<String, ValueRef> outputs = Map.of();

  int recoveries;

  DisturbedRun(
      Provider provider,
      MovableClock clock,
      String runId,
      GraphDefinition graph,
      JsonNode inputs,
      Behaviour behaviour,
      Random random,
      boolean crashes) {
    super(provider, clock, runId, graph, inputs);
    this.graph = graph;
    this.behaviour = behaviour;
    this.random = random;
    this.crashes = crashes;
  }

  RunStatus toTheEnd() {
    create();
    for (int i = 0; i < 5_000; i++) {
      RunSummaryAnd turn = aTurn();
      if (turn.status().isEnded()) {
        assertThat(plan().plan()).as("an ended run has nothing next").isEqualTo(Plan.NOTHING);
        return turn.status();
      }
      something(turn.plan());
    }
    throw new AssertionError("the run does not end: " + statuses());
  }

  private record RunSummaryAnd(RunStatus status, Plan plan) {}

  private RunSummaryAnd aTurn() {
    Decided decided = plan();
    int before = queue.size();
    if (crashes && random.nextInt(4) == 0) {
      assertThat(plan().plan()).as("the same rows have the same plan").isEqualTo(decided.plan());
    }
    apply(RowChanges.of(decided.plan().decisions(), decided.rows()));
    decided.plan().decisions().forEach(this::decided);
    limitsHold(before);
    return new RunSummaryAnd(run().status(), decided.plan());
  }

  private void decided(Decision decision) {
    switch (decision) {
      case Decision.Schedule schedule -> {
        String id = schedule.stepId();
        assertThat(decidedOnce.add("schedule " + id + " " + schedule.attempt())).as(id).isTrue();
        assertThat(completed).doesNotContain(id);
        assertThat(rows().steps().get(id).attempt()).as(id).isEqualTo(schedule.attempt());
        assertThat(queue.add(id)).as("one activity for %s", id).isTrue();
        JsonNode inputs = inputsOf(id);
        for (Map.Entry<String, ValueRef> entry : schedule.inputs().entrySet()) {
          assertThat(value(entry.getValue())).isEqualTo(inputs.get(entry.getKey()));
        }
        JsonNode before = given.put(id, inputs);
        assertThat(before == null ? inputs : before).as("inputs of %s", id).isEqualTo(inputs);
      }
      case Decision.Open open -> once("open " + open.stepId());
      case Decision.Skip skip -> once("end " + skip.stepId());
      case Decision.Complete complete -> once("end " + complete.stepId());
      case Decision.Fail fail -> once("end " + fail.stepId());
      case Decision.Cancel cancel -> {
        once("end " + cancel.stepId());
        assertThat(queue).as("nothing active is cancelled").doesNotContain(cancel.stepId());
      }
      case Decision.CompleteRun complete -> {
        once("end");
        outputs = complete.outputs();
        assertThat(queue).isEmpty();
      }
      case Decision.FailRun fail -> {
        once("end");
        assertThat(queue).as("a run fails when nothing is active").isEmpty();
        assertThat(fail.stepIds()).isNotEmpty();
      }
      case Decision.Receive receive -> throw new AssertionError("there are no triggers here");
      case Decision.Consume consume -> throw new AssertionError("there are no triggers here");
      case Decision.Fire fire -> throw new AssertionError("there are no triggers here");
      case Decision.AwaitInput await -> throw new AssertionError("there are no triggers here");
      case Decision.Reopen reopen -> throw new AssertionError("there are no triggers here");
      case Decision.TimeOut timeOut -> throw new AssertionError("nothing takes long here");
      case Decision.BeginRun begin -> {}
      case Decision.SuspendRun suspend -> assertThat(queue).isEmpty();
    }
  }

  private void once(String what) {
    assertThat(decidedOnce.add(what)).as(what).isTrue();
  }

  /** Who resumes or recovers asks no planner: there may be more than it would have begun. */
  private void limitsHold(int before) {
    Map<String, StepSummary> rows = rows().steps();
    if (graph.maxParallel() != null) {
      assertThat(queue.size()).isLessThanOrEqualTo(Math.max(before, graph.maxParallel()));
    }
    for (StepDefinition step : graph.steps()) {
      if (step.forEach() != null) {
        long active =
            rows.values().stream()
                .filter(row -> row.stepId().matches(step.id() + "\\[\\d+]"))
                .filter(row -> row.status() != StepStatus.IDLE && !row.status().isEnded())
                .count();
        assertThat(active).as(step.id()).isLessThanOrEqualTo(step.forEach().atOnce());
      }
    }
  }

  /** Something happens: an activity ends, somebody resumes, time passes, or all is lost. */
  private void something(Plan plan) {
    if (crashes && random.nextInt(12) == 0) {
      loseTheQueue();
      return;
    }
    List<String> suspended = suspended();
    if (!suspended.isEmpty() && (queue.isEmpty() || random.nextInt(3) == 0)) {
      String id = suspended.get(random.nextInt(suspended.size()));
      change(id, StepStatus.SCHEDULED);
      resumed.add(id);
      queue.add(id);
    } else if (!queue.isEmpty()) {
      activity(List.copyOf(queue).get(random.nextInt(queue.size())));
    } else {
      assertThat(plan.wakeUp()).as("stuck: %s", statuses()).isNotNull();
      clock.moveTo(plan.wakeUp());
    }
  }

  private List<String> suspended() {
    List<String> ids = new ArrayList<>();
    rows()
        .steps()
        .forEach((id, row) -> {
          if (row.status() == StepStatus.SUSPENDED) {
            ids.add(id);
          }
        });
    ids.sort(null);
    return ids;
  }

  private void activity(String id) {
    StepSummary row = rows().steps().get(id);
    if (row.status() == StepStatus.SCHEDULED && random.nextBoolean()) {
      change(id, StepStatus.RUNNING);
      if (crashes && random.nextInt(3) == 0) {
        return; // its worker dies; the activity is delivered again
      }
    }
    String type = ((StepBody.Task) planner.step(id).orElseThrow().body()).type();
    if (behaviour.suspends(id) && !resumed.contains(id)) {
      change(id, StepStatus.SUSPENDED);
    } else if (rows().steps().get(id).attempt() <= behaviour.failures(id)) {
      fail(id, !behaviour.failsForGood(id));
    } else {
      assertThat(completed.add(id)).as("%s is completed once", id).isTrue();
      complete(id, Behaviour.outputs(type, inputsOf(id)).toString());
    }
    queue.remove(id);
  }

  /** As if the queue had been lost: whoever finds the run brings it back from its rows. */
  private void loseTheQueue() {
    RecoveryPlan plan = RecoveryPlan.of(planner, rows(), 1_000);
    assertThat(plan.canResume()).as(plan.reason()).isTrue();
    queue.clear();
    apply(plan.changes());
    for (RecoveryPlan.StepRecovery step : plan.activities()) {
      String id = step.row().stepId();
      assertThat(rows().steps().get(id).attempt()).as(id).isEqualTo(step.attempt());
      decidedOnce.add("schedule " + id + " " + step.attempt());
      if (step.action() == RecoveryPlan.Action.RESUME) {
        resumed.add(id);
      }
      queue.add(id);
    }
    recoveries++;
  }
}
