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
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is next, one situation after the other, on the rows of a real store. */
class PlannerTest extends OnSqlite {

  private final GraphBuilder graph = GraphDefinition.builder("test", "1");
  private final Source x = graph.input("x", PortType.TEXT);
  private final Source y = graph.optionalInput("y", PortType.TEXT);

  private StepBuilder mix(String id, Source... a) {
    return graph.step(id, RandomGraphs.MIX).input("a", a);
  }

  private StepBuilder listing(String id) {
    return graph.step(id, RandomGraphs.LISTING).input("a", x);
  }

  private StoredRun run() {
    return run(graph.build(), "{\"x\": \"start\"}");
  }

  /** Decisions as short texts: what, and about which step. */
  private static List<String> turn(StoredRun run) {
    return run.turn().stream().map(PlannerTest::text).toList();
  }

  private static String text(Decision decision) {
    return switch (decision) {
      case Decision.Schedule s -> "schedule " + s.stepId() + " " + s.attempt();
      case Decision.Open o -> "open " + o.stepId() + (o.items() == null ? "" : " " + o.items());
      case Decision.OfStep of ->
          of.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + of.stepId();
      case Decision.Consume consume -> "consume " + consume.message().sequence();
      case Decision.BeginRun begin -> "begin";
      case Decision.SuspendRun suspend -> "suspend " + suspend.stepIds();
      case Decision.CompleteRun complete -> "complete " + complete.outputs().keySet();
      case Decision.FailRun fail -> "fail " + fail.stepIds();
    };
  }

  private static final String DONE = "{\"out\": \"done\", \"flag\": true, \"size\": 3}";

  @Test
  void stepsFollowTheStepsThatTheyWaitFor() {
    StepBuilder a = mix("a", x);
    mix("b", a.out("out"));
    StepBuilder c = graph.step("c", RandomGraphs.MIX).value("a", "constant").after(a);
    graph.output("result", c.out("out"));
    StoredRun run = run();

    assertThat(turn(run)).containsExactly("begin", "schedule a 1");
    assertThat(turn(run)).as("while it is done").isEmpty();
    run.complete("a", DONE);
    assertThat(turn(run)).containsExactly("schedule b 1", "schedule c 1");
    assertThat(run.inputsOf("b")).isEqualTo(Jsons.read("{\"a\": \"done\"}"));
    assertThat(run.inputsOf("c")).isEqualTo(Jsons.read("{\"a\": \"constant\"}"));
    run.complete("c", DONE);
    assertThat(turn(run)).isEmpty();
    run.complete("b", DONE);
    assertThat(turn(run)).containsExactly("complete [result]");
    assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void branchesAreSkippedAndComeTogetherAgain() {
    StepBuilder a = mix("a", x);
    StepBuilder yes = mix("yes", a.out("out")).when(a.out("flag").isTrue());
    StepBuilder no = mix("no", a.out("out")).when(a.out("flag").isFalse());
    StepBuilder onlyNo = mix("only-no", no.out("out"));
    mix("join", no.out("out"), yes.out("out")).inputIfPresent("b", onlyNo.out("out"));
    StoredRun run = run();
    turn(run);
    run.complete("a", DONE);

    assertThat(turn(run)).containsExactly("schedule yes 1", "skip no", "skip only-no");
    run.complete("yes", "{\"out\": \"from yes\"}");
    assertThat(turn(run)).containsExactly("schedule join 1");
    assertThat(run.inputsOf("join")).isEqualTo(Jsons.read("{\"a\": \"from yes\"}"));
  }

  @Test
  void anInputOfTheGraphThatWasLeftOpenSkipsWhatNeedsIt() {
    mix("a", y);
    mix("b", x).inputIfPresent("b", y);
    StoredRun run = run();

    assertThat(turn(run)).containsExactly("begin", "skip a", "schedule b 1");
    assertThat(run.inputsOf("b")).isEqualTo(Jsons.read("{\"a\": \"start\"}"));
  }

  @Test
  void aRunOfWhichNothingIsToBeDoneIsCompletedAtOnce() {
    StepBuilder a = mix("a", y);
    graph.output("o", a.out("out"));
    StoredRun run = run();

    assertThat(turn(run)).containsExactly("begin", "skip a", "complete []");
  }

  @Test
  void noMoreThanAllowedIsDoneAtOnceInTheOrderOfTheDefinition() {
    graph.maxParallel(2);
    mix("c", x);
    mix("b", x);
    mix("a", x);
    StoredRun run = run();

    assertThat(turn(run)).containsExactly("begin", "schedule c 1", "schedule b 1");
    run.complete("b", DONE);
    assertThat(turn(run)).containsExactly("schedule a 1");
  }

  @Test
  void aListIsDoneElementByElementAndGathered() {
    StepBuilder list = listing("list");
    StepBuilder each =
        graph
            .step("each", RandomGraphs.MIX)
            .forEach("a", list.out("items"), 2)
            .inputIfPresent("b", x);
    graph.step("join", RandomGraphs.JOIN).input("values", each.out("out"));
    StoredRun run = run();
    turn(run);
    run.complete("list", "{\"items\": [\"p\", \"q\", \"r\"]}");

    assertThat(turn(run))
        .containsExactly("open each 3", "schedule each[0] 1", "schedule each[1] 1");
    assertThat(run.inputsOf("each[1]")).isEqualTo(Jsons.read("{\"a\": \"q\", \"b\": \"start\"}"));
    run.complete("each[1]", "{\"out\": \"Q\"}");
    assertThat(turn(run)).containsExactly("schedule each[2] 1");
    run.complete("each[2]", "{\"out\": \"R\"}");
    assertThat(turn(run)).isEmpty();
    run.complete("each[0]", "{\"out\": \"P\"}");
    assertThat(turn(run)).containsExactly("complete each", "schedule join 1");
    assertThat(run.inputsOf("join")).isEqualTo(Jsons.read("{\"values\": [\"P\", \"Q\", \"R\"]}"));
  }

  @Test
  void anEmptyListIsCompletedAtOnce() {
    StepBuilder list = listing("list");
    StepBuilder each = graph.step("each", RandomGraphs.MIX).forEach("a", list.out("items"), 2);
    graph.step("join", RandomGraphs.JOIN).input("values", each.out("out"));
    StoredRun run = run();
    turn(run);
    run.complete("list", "{\"items\": []}");

    assertThat(turn(run)).containsExactly("open each 0", "complete each", "schedule join 1");
    assertThat(run.inputsOf("join")).isEqualTo(Jsons.read("{\"values\": []}"));
  }

  @Test
  void aListThatIsTooLongFailsTheStep() {
    StepBuilder list = listing("list");
    graph.step("each", RandomGraphs.MIX).forEach("a", list.out("items"), 2).maxItems(2);
    StoredRun run = run();
    turn(run);
    run.complete("list", "{\"items\": [\"p\", \"q\", \"r\"]}");

    assertThat(turn(run)).containsExactly("fail each", "fail [each]");
    assertThat(run.step("each").lastError())
        .isEqualTo("input \"a\" has 3 elements, and maxItems is 2");
    assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
  }

  @Test
  void elementsThatMayFailLeaveAHole() {
    StepBuilder list = listing("list");
    StepBuilder first =
        graph.step("first", RandomGraphs.MIX).forEach("a", list.out("items"), 9).mayFail();
    StepBuilder second = graph.step("second", RandomGraphs.MIX).forEach("a", first.out("out"), 9);
    graph.step("join", RandomGraphs.JOIN).input("values", second.out("out"));
    StoredRun run = run();
    turn(run);
    run.complete("list", "{\"items\": [\"p\", \"q\"]}");
    turn(run);
    run.fail("first[0]", false);
    run.complete("first[1]", "{\"out\": \"Q\"}");

    assertThat(turn(run))
        .containsExactly(
            "complete first", "open second 2", "skip second[0]", "schedule second[1] 1");
    run.complete("second[1]", "{\"out\": \"QQ\"}");
    assertThat(turn(run)).containsExactly("complete second", "schedule join 1");
    assertThat(run.inputsOf("join")).isEqualTo(Jsons.read("{\"values\": [null, \"QQ\"]}"));
  }

  @Test
  void documentsGoTheirWayThroughAGraphInAGraph() {
    StoredRun run = run(Documents.GRAPH, "{\"path\": \"/tmp/a\"}");
    turn(run);
    run.complete("fetch", "{\"text\": \"long\"}");
    assertThat(turn(run)).containsExactly("schedule split 1", "schedule archive 1");
    run.complete("split", "{\"parts\": [\"one\", \"two\"]}");

    assertThat(turn(run))
        .containsExactly(
            "open parts 2",
            "open parts[0]",
            "schedule parts[0]/classify 1",
            "open parts[1]",
            "schedule parts[1]/classify 1");
    run.complete("parts[1]/classify", "{\"kind\": \"k\"}");
    assertThat(turn(run)).containsExactly("schedule parts[1]/score 1");
    assertThat(run.inputsOf("parts[1]/score"))
        .isEqualTo(Jsons.read("{\"text\": \"two\", \"kind\": \"k\"}"));
    run.complete("parts[1]/score", "{\"value\": 0.5}");
    assertThat(turn(run)).containsExactly("complete parts[1]");
    run.complete("parts[0]/classify", "{\"kind\": \"k\"}");
    turn(run);
    run.complete("parts[0]/score", "{\"value\": 0.9}");
    assertThat(turn(run))
        .containsExactly("complete parts[0]", "complete parts", "schedule average 1");
    assertThat(run.inputsOf("average")).isEqualTo(Jsons.read("{\"values\": [0.9, 0.5]}"));
    run.complete("average", "{\"average\": 0.85}");
    assertThat(turn(run)).containsExactly("skip review", "schedule publish 1");
    assertThat(run.inputsOf("publish")).isEqualTo(Jsons.read("{\"text\": \"long\"}"));
    run.fail("archive", false);
    run.complete("publish", "{\"url\": \"u\"}");
    assertThat(turn(run)).as("archive may fail").containsExactly("schedule clean 1");
    run.complete("clean", "{}");
    assertThat(turn(run)).containsExactly("complete [url]");
  }

  @Test
  void aFailedAttemptIsFollowedByAnotherAfterItsWait() {
    mix("a", x).retry(RetryPolicy.attempts(2).withFirstDelay(Duration.ofSeconds(10)));
    StoredRun run = run();
    turn(run);
    run.fail("a", true);

    StoredRun.Decided waiting = run.plan();
    assertThat(waiting.plan().decisions()).isEmpty();
    assertThat(waiting.plan().wakeUp()).isEqualTo(run.now().plusSeconds(10));
    clock.moveTo(run.now().plusSeconds(10).minusNanos(1_000));
    assertThat(turn(run)).isEmpty();
    clock.moveTo(run.now().plusNanos(1_000));
    assertThat(turn(run)).containsExactly("schedule a 2");
    run.fail("a", true);
    assertThat(turn(run)).as("two attempts are all").containsExactly("fail [a]");
  }

  @Test
  void whatIsNotRetryableFailsTheRunWhenTheRestHasCome() {
    mix("a", x).retry(RetryPolicy.attempts(9));
    StepBuilder b = mix("b", x);
    mix("c", b.out("out"));
    StoredRun run = run();
    turn(run);
    run.fail("a", false);

    assertThat(turn(run)).as("b is on its way").isEmpty();
    run.complete("b", DONE);
    assertThat(turn(run)).as("and nothing begins").containsExactly("fail [a]");
    assertThat(run.status("c")).isEqualTo(StepStatus.IDLE);
  }

  @Test
  void aGraphThatMayFailIsClearedUpAndTheRunGoesOn() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1");
    Source in = inner.input("x", PortType.TEXT);
    inner.step("bad", RandomGraphs.MIX).input("a", in);
    inner.step("waits", RandomGraphs.MIX).input("a", in);
    inner.output("o", in);
    StepBuilder sub = graph.subGraph("sub", inner.build()).input("x", x).mayFail();
    mix("next", sub.out("o"), x);
    StoredRun run = run();
    turn(run);
    run.change("sub/waits", StepStatus.SUSPENDED);
    run.fail("sub/bad", false);

    assertThat(turn(run)).containsExactly("cancel sub/waits", "fail sub", "schedule next 1");
    assertThat(run.step("sub").lastError()).isEqualTo("step \"sub/bad\" has failed");
    assertThat(run.inputsOf("next")).isEqualTo(Jsons.read("{\"a\": \"start\"}"));
  }

  @Test
  void aRunIsSuspendedWhenOnlySuspendedStepsAreLeft() {
    mix("a", x);
    StepBuilder b = mix("b", x);
    mix("c", b.out("out"));
    StoredRun run = run();
    turn(run);
    run.change("a", StepStatus.SUSPENDED);

    assertThat(turn(run)).as("b goes on").isEmpty();
    run.complete("b", DONE);
    assertThat(turn(run)).containsExactly("schedule c 1");
    run.complete("c", DONE);
    assertThat(turn(run)).containsExactly("suspend [a]");
    assertThat(run.run().status()).isEqualTo(RunStatus.SUSPENDED);
    assertThat(turn(run)).as("once").isEmpty();
    run.change("a", StepStatus.SCHEDULED);
    assertThat(turn(run)).containsExactly("begin");
    run.complete("a", DONE);
    assertThat(turn(run)).containsExactly("complete []");
  }

  @Test
  void aPausedRunBeginsNothing() {
    StepBuilder a = mix("a", x);
    mix("b", a.out("out"));
    StoredRun run = run();
    turn(run);
    run.changeRun(RunStatus.PAUSED);
    run.complete("a", DONE);

    assertThat(run.plan().plan()).isEqualTo(Plan.NOTHING);
    run.changeRun(RunStatus.RUNNING);
    assertThat(turn(run)).containsExactly("schedule b 1");
  }

  @Test
  void anAttemptThatTakesTooLongHasFailed() {
    mix("a", x).timeout(Duration.ofSeconds(5)).retry(RetryPolicy.attempts(2));
    StoredRun run = run();
    turn(run);
    clock.moveTo(run.now().plusSeconds(60));
    assertThat(turn(run)).as("a wait in the queue is not counted").isEmpty();
    run.change("a", StepStatus.RUNNING);
    assertThat(run.plan().plan().wakeUp()).isEqualTo(run.now().plusSeconds(5));
    clock.moveTo(run.now().plusSeconds(5));

    assertThat(turn(run)).containsExactly("timeout a");
    assertThat(run.step("a").lastError()).isEqualTo("attempt 1 took longer than PT5S");
    assertThat(run.plan().plan().wakeUp()).isEqualTo(run.now().plusSeconds(1));
    clock.moveTo(run.now().plusSeconds(1));
    assertThat(turn(run)).containsExactly("schedule a 2");
    run.change("a", StepStatus.RUNNING);
    clock.moveTo(run.now().plusSeconds(5));
    assertThat(turn(run)).containsExactly("timeout a", "fail [a]");
  }

  @Test
  void aRunThatTakesTooLongIsCancelledAndHasFailed() {
    graph.timeout(Duration.ofMinutes(1));
    mix("a", x);
    mix("b", x);
    StoredRun run = run();
    turn(run);
    run.change("b", StepStatus.SUSPENDED);
    assertThat(run.plan().plan().wakeUp()).isEqualTo(run.now().plusSeconds(60));
    clock.moveTo(run.now().plusSeconds(60));

    assertThat(turn(run)).containsExactly("cancel a", "cancel b", "fail []");
    assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
  }

  @Test
  void aGraphInsideThatTakesTooLongHasFailed() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1").timeout(Duration.ofMinutes(1));
    inner.step("a", RandomGraphs.MIX).input("a", inner.input("x", PortType.TEXT));
    graph.subGraph("sub", inner.build()).input("x", x).mayFail();
    StoredRun run = run();
    turn(run);
    run.change("sub/a", StepStatus.RUNNING);
    clock.moveTo(run.now().plusSeconds(60));

    assertThat(turn(run)).containsExactly("cancel sub/a", "fail sub", "complete []");
  }

  @Test
  void rowsAreFoundInTheDefinition() {
    Planner planner = Planner.of(Documents.GRAPH);

    assertThat(planner.step("parts[3]/score").orElseThrow().id()).isEqualTo("score");
    assertThat(planner.isGroup("parts")).isTrue();
    assertThat(planner.isGroup("parts[3]")).isTrue();
    assertThat(planner.isGroup("parts[3]/score")).isFalse();
    for (String none :
        List.of("x", "parts/score", "fetch[0]", "parts[03]", "parts[3]/x", "fetch/")) {
      assertThat(planner.step(none)).as(none).isEmpty();
    }
    RunRows rows = run(Documents.GRAPH, "{}").rows();
    assertThatThrownBy(() -> planner.inputs("x", rows))
        .hasMessage("graph publish 1 has no step for the row \"x\"");
  }

  @Test
  void manyStepsAreDecidedInOneGo() {
    StepBuilder before = mix("s0", x);
    for (int i = 1; i < 3_000; i++) {
      before = mix("s" + i, before.out("out"));
    }
    StoredRun run = run();

    assertThat(turn(run)).containsExactly("begin", "schedule s0 1");
    run.complete("s0", DONE);
    assertThat(turn(run)).containsExactly("schedule s1 1");
    assertThat(run.statuses()).isEqualTo(Map.of("s0", "completed", "s1", "scheduled"));
  }
}
