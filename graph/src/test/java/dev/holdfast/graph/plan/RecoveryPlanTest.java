// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.Documents;
import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.RandomGraphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.Suspension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How runs are brought back: the table of what becomes of each step, applied to a real store. */
class RecoveryPlanTest extends OnSqlite {

  private static final int MANY = 100;
  private static final String DONE = "{\"out\": \"done\"}";

  private final GraphBuilder graph = GraphDefinition.builder("test", "1");
  private final Source x = graph.input("x", PortType.TEXT);

  private StepBuilder mix(String id, Source a) {
    return graph.step(id, RandomGraphs.MIX).input("a", a);
  }

  private StoredRun run() {
    StoredRun run = run(graph.build(), "{\"x\": \"start\"}");
    run.turn();
    return run;
  }

  private static Map<String, String> actions(RecoveryPlan plan) {
    Map<String, String> actions = new TreeMap<>();
    for (RecoveryPlan.StepRecovery step : plan.steps()) {
      actions.put(step.row().stepId(), step.action() + " " + step.attempt());
    }
    return actions;
  }

  private static RecoveryPlan plan(StoredRun run) {
    return RecoveryPlan.of(run.planner, run.rows(), MANY);
  }

  @Test
  void eachStepGoesOnFromWhereItStood() {
    StepBuilder done = mix("done", x);
    mix("scheduled", x);
    mix("running", x);
    mix("suspended", x);
    mix("failed", x).retry(RetryPolicy.attempts(2));
    mix("spent", x).mayFail();
    mix("next", done.out("out"));
    StoredRun run = run();
    run.complete("done", DONE);
    run.change("running", StepStatus.RUNNING);
    run.change("suspended", StepStatus.SUSPENDED);
    run.fail("failed", true);
    run.fail("spent", true);

    RecoveryPlan plan = plan(run);

    assertThat(plan.canResume()).isTrue();
    assertThat(plan.reason()).isEqualTo("it is running, and 3 of its 6 steps go on");
    assertThat(actions(plan))
        .isEqualTo(
            Map.of(
                "done", "NOTHING 1",
                "scheduled", "SCHEDULE_AGAIN 1",
                "running", "RUN_AGAIN 2",
                "suspended", "NOTHING 1",
                "failed", "RETRY 2",
                "spent", "NOTHING 1"));

    run.apply(plan.changes());

    assertThat(run.run().status()).isEqualTo(RunStatus.RECOVERING);
    assertThat(run.run().attempt()).isEqualTo(2);
    for (RecoveryPlan.StepRecovery step : plan.steps()) {
      String id = step.row().stepId();
      assertThat(run.step(id).summary().attempt()).as(id).isEqualTo(step.attempt());
    }
    assertThat(plan.activities())
        .extracting(step -> step.row().stepId())
        .containsExactly("failed", "running", "scheduled")
        .allSatisfy(id -> assertThat(run.status(id)).isEqualTo(StepStatus.SCHEDULED));
    assertThat(run.step("done").outputs()).isEqualTo(Payload.utf8(DONE));
    assertThat(run.turn())
        .as("what is ready follows")
        .extracting(decision -> decision.getClass().getSimpleName())
        .containsExactly("BeginRun", "Schedule");
  }

  @Test
  void itHappensOnceHoweverManyTry() {
    mix("a", x);
    StoredRun run = run();
    run.change("a", StepStatus.RUNNING);
    for (RunStatus found : List.of(RunStatus.RUNNING, RunStatus.RECOVERING)) {
      assertThat(run.run().status()).isEqualTo(found);
      List<RecoveryPlan> plans = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        plans.add(plan(run));
      }
      run.apply(plans.removeFirst().changes());
      for (RecoveryPlan late : plans) {
        assertThatThrownBy(() -> run.apply(late.changes()))
            .isInstanceOf(ProviderError.VersionConflict.class);
      }
      assertThat(run.step("a").summary().attempt()).isEqualTo(2);
    }
  }

  @Test
  void aSuspendedRunGoesOnWithItsState() {
    mix("a", x);
    StoredRun run = run();
    Suspension suspension = Suspension.builder().reason("ask").state(Payload.utf8("7")).build();
    run.apply(
        List.of(
            StepChange.of(run.rows().steps().get("a"))
                .status(StepStatus.SUSPENDED)
                .suspension(suspension)
                .build()));
    run.turn();
    assertThat(run.run().status()).isEqualTo(RunStatus.SUSPENDED);

    RecoveryPlan plan = plan(run);
    run.apply(plan.changes());

    assertThat(actions(plan)).isEqualTo(Map.of("a", "RESUME 1"));
    assertThat(run.status("a")).isEqualTo(StepStatus.SCHEDULED);
    assertThat(run.step("a").suspension()).isEqualTo(suspension);
    assertThat(run.step("a").summary().attempt()).isEqualTo(1);
  }

  @Test
  void aFailedRunBeginsAgainWithWhatFailed() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1");
    Source in = inner.input("x", PortType.TEXT);
    StepBuilder first = inner.step("first", RandomGraphs.MIX).input("a", in);
    StepBuilder bad = inner.step("bad", RandomGraphs.MIX).input("a", first.out("out"));
    inner.output("o", bad.out("out"));
    mix("done", x);
    StepBuilder tolerated = mix("tolerated", x).mayFail();
    StepBuilder sub = graph.subGraph("sub", inner.build()).input("x", x);
    mix("next", sub.out("o"));
    mix("without", x).inputIfPresent("b", tolerated.out("out"));
    StoredRun run = run();
    run.complete("done", DONE);
    run.fail("tolerated", true);
    run.complete("sub/first", DONE);
    run.turn();
    run.complete("without", DONE);
    run.fail("sub/bad", true);
    run.turn();
    assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);

    RecoveryPlan plan = plan(run);

    assertThat(actions(plan))
        .isEqualTo(
            Map.of(
                "done", "NOTHING 1",
                "tolerated", "NOTHING 1",
                "without", "NOTHING 1",
                "sub", "BEGIN_AGAIN 2",
                "sub/first", "NOTHING 1",
                "sub/bad", "RETRY 2"));
    assertThat(plan.activities()).isEmpty();
    run.apply(plan.changes());
    assertThat(run.turn())
        .extracting(Object::toString)
        .hasSize(3)
        .satisfiesExactly(
            begin -> assertThat(begin).startsWith("BeginRun"),
            open -> assertThat(open).startsWith("Open[stepId=sub,"),
            again ->
                assertThat(again).startsWith("Schedule[stepId=sub/bad,").contains("attempt=2"));
    run.complete("sub/bad", DONE);
    run.turn();
    run.complete("next", DONE);
    run.turn();
    assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run.step("sub/first").summary().attempt()).as("done once").isEqualTo(1);
  }

  @Test
  void aRunThatTookTooLongBeginsAgainWithWhatWasCancelled() {
    graph.timeout(Duration.ofMinutes(1));
    StepBuilder list = graph.step("list", RandomGraphs.LISTING).input("a", x);
    graph.step("each", RandomGraphs.MIX).forEach("a", list.out("items"), 2);
    StoredRun run = run();
    run.complete("list", "{\"items\": [\"p\", \"q\", \"r\"]}");
    run.turn();
    run.complete("each[0]", DONE);
    clock.moveTo(run.now().plusSeconds(60));
    run.turn();
    assertThat(run.statuses())
        .isEqualTo(
            Map.of(
                "list", "completed",
                "each", "cancelled",
                "each[0]", "completed",
                "each[1]", "cancelled"));

    run.apply(plan(run).changes());

    assertThat(run.statuses().get("each")).isEqualTo("idle");
    assertThat(run.statuses().get("each[1]")).isEqualTo("idle");
    assertThat(run.run().status()).isEqualTo(RunStatus.RECOVERING);
    run.begunAgain = run.now();
    run.turn();
    run.complete("each[1]", DONE);
    run.turn();
    run.complete("each[2]", DONE);
    run.turn();
    assertThat(run.run().status()).as("with its whole time again").isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void whatCannotGoOnSaysWhy() {
    mix("a", x);
    StoredRun run = run();
    assertThat(RecoveryPlan.of(run.planner, run.rows(), 1).reason())
        .isEqualTo("it had 1 attempt, and 1 is allowed");
    run.changeRun(RunStatus.PAUSED);
    refused(run, "it is paused; whoever paused it lets it go on");
    run.changeRun(RunStatus.RUNNING);
    run.fail("a", false);
    run.turn();
    refused(run, "step \"a\" has failed in a way that another attempt does not mend");

    StoredRun other = run();
    RecoveryPlan foreign = RecoveryPlan.of(Planner.of(Documents.GRAPH), other.rows(), MANY);
    assertThat(foreign.canResume()).isFalse();
    assertThat(foreign.reason())
        .isEqualTo("graph publish 1 has no step for its row \"a\"; another version has begun it");
    other.complete("a", DONE);
    other.turn();
    refused(other, "it is completed, for good");
  }

  private static void refused(StoredRun run, String reason) {
    RecoveryPlan plan = plan(run);
    assertThat(plan.canResume()).isFalse();
    assertThat(plan.reason()).isEqualTo(reason);
    assertThat(plan.changes()).isEmpty();
    assertThat(plan.activities()).isEmpty();
  }
}
