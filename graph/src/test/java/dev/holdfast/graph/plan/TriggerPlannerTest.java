// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a trigger's rows, its inbox and the time call for. */
class TriggerPlannerTest {

  record In(String at) {}

  private static final StepType<In, Void> STEP = StepType.named("step", In.class, Void.class);
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final InboxKey INBOX = new InboxKey("r", "watch", "trigger");

  private final Map<String, StepSummary> steps = new HashMap<>();
  private final Map<String, @Nullable JsonNode> outputs = new HashMap<>();
  private final List<InboxMessage> waiting = new ArrayList<>();
  private RunStatus run = RunStatus.RUNNING;

  private static Planner planner(int atOnce, @Nullable Duration every) {
    GraphBuilder graph = GraphDefinition.builder("g", "1");
    var step = graph.step("watch", STEP).trigger("at").atOnce(atOnce).maxInputs(5);
    if (every != null) {
      step.every(every);
    }
    return Planner.of(graph.build());
  }

  private void row(String id, StepStatus status, Instant updated) {
    StepTimes times = new StepTimes(T0, updated, T0, null, null, null);
    steps.put(id, new StepSummary("r", id, status, 1, 1, null, times));
  }

  private void waits(String id) {
    NewInboxMessage content = NewInboxMessage.of(id, Payload.utf8("\"" + id + "\""));
    waiting.add(
        new InboxMessage(INBOX, waiting.size() + 1, content, InboxStatus.PENDING, T0, null));
  }

  private Plan plan(Planner planner, Instant now) {
    RunTimes times = new RunTimes(T0, T0, T0, null, null);
    RunRows rows =
        new RunRows(
            new RunSummary("r", "g", run, 1, 1, times),
            Jsons.read("{}"),
            steps,
            outputs,
            null,
            Map.of(INBOX, waiting));
    return planner.next(rows, now);
  }

  private static List<String> begun(Plan plan) {
    return plan.decisions().stream()
        .filter(Decision.Receive.class::isInstance)
        .map(d -> ((Decision.Receive) d).stepId())
        .toList();
  }

  @Test
  void inputsBeginInOrderAsManyAsThereIsRoomFor() {
    row("watch", StepStatus.SCHEDULED, T0);
    row("watch[0]", StepStatus.COMPLETED, T0);
    row("watch[1]", StepStatus.SCHEDULED, T0);
    waits("a");
    waits("b");
    assertThat(begun(plan(planner(1, null), T0))).isEmpty();
    assertThat(begun(plan(planner(2, null), T0))).containsExactly("watch[2]");
    assertThat(begun(plan(planner(3, null), T0))).containsExactly("watch[2]", "watch[3]");
  }

  @Test
  void moreThanItTakesAreLeft() {
    row("watch", StepStatus.SCHEDULED, T0);
    for (int i = 0; i < 4; i++) {
      row("watch[" + i + "]", StepStatus.COMPLETED, T0);
    }
    waits("a");
    waits("b");
    assertThat(begun(plan(planner(3, null), T0))).containsExactly("watch[4]");
    row("watch[4]", StepStatus.COMPLETED, T0);
    assertThat(plan(planner(3, null), T0).decisions())
        .containsExactly(new Decision.Complete("watch"), new Decision.CompleteRun(Map.of()));
  }

  @Test
  void theEndWaitsForWhatHasBegun() {
    row("watch", StepStatus.SCHEDULED, T0);
    row("watch[0]", StepStatus.SCHEDULED, T0);
    waits("holdfast.end");
    assertThat(plan(planner(3, null), T0).decisions()).isEmpty();
    row("watch[0]", StepStatus.COMPLETED, T0);
    assertThat(plan(planner(3, null), T0).decisions())
        .containsExactly(
            new Decision.Consume(waiting.getFirst()),
            new Decision.Complete("watch"),
            new Decision.CompleteRun(Map.of()));
  }

  @Test
  void itIsSuspendedWhenNothingCameForItsTimeSinceTheLastInput() {
    row("watch", StepStatus.SCHEDULED, T0);
    row("watch[0]", StepStatus.COMPLETED, T0.plusSeconds(100));
    Instant end = T0.plusSeconds(400);
    Plan before = plan(planner(1, null), end.minusMillis(1));
    assertThat(before.decisions()).isEmpty();
    assertThat(before.wakeUp()).isBetween(end, end.plusSeconds(30));
    assertThat(plan(planner(1, null), end).decisions())
        .containsExactly(
            new Decision.AwaitInput("watch", "waits for input"),
            new Decision.SuspendRun(List.of("watch")));
  }

  @Test
  void itWaitsItsWholeTimeAfterAnInputThatTookLong() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1");
    inner.step("a", STEP).input("at", inner.input("at", String.class));
    GraphBuilder graph = GraphDefinition.builder("g", "1");
    graph.subGraph("watch", inner.build()).trigger("at");
    row("watch", StepStatus.SCHEDULED, T0);
    row("watch[0]", StepStatus.SCHEDULED, T0);
    row("watch[0]/a", StepStatus.COMPLETED, T0.plusSeconds(1_000));
    Plan plan = plan(Planner.of(graph.build()), T0.plusSeconds(1_000));
    assertThat(plan.decisions()).containsExactly(new Decision.Complete("watch[0]"));
    assertThat(plan.wakeUp()).isAfterOrEqualTo(T0.plusSeconds(1_300));
  }

  /** Nothing would have anybody look again. */
  @Test
  void theRunIsSuspendedInTheTurnInWhichTheLastOtherPartEnds() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1");
    inner.step("a", STEP).value("at", "constant");
    GraphBuilder graph = GraphDefinition.builder("g", "1");
    graph.subGraph("part", inner.build());
    graph.step("watch", STEP).trigger("at");
    row("watch", StepStatus.SCHEDULED, T0);
    row("part", StepStatus.SCHEDULED, T0);
    row("part/a", StepStatus.COMPLETED, T0);
    assertThat(plan(Planner.of(graph.build()), T0.plusSeconds(1_000)).decisions())
        .containsExactly(
            new Decision.Complete("part"),
            new Decision.AwaitInput("watch", "waits for input"),
            new Decision.SuspendRun(List.of("watch")));
  }

  @Test
  void aSuspendedOneIsOpenedByTheNextInputOnly() {
    run = RunStatus.SUSPENDED;
    row("watch", StepStatus.SUSPENDED, T0);
    assertThat(plan(planner(1, null), T0.plusSeconds(10_000)).decisions()).isEmpty();
    waits("a");
    Plan plan = plan(planner(1, null), T0.plusSeconds(10_000));
    assertThat(plan.decisions())
        .hasSize(3)
        .startsWith(new Decision.BeginRun(), new Decision.Reopen("watch"));
    assertThat(begun(plan)).containsExactly("watch[0]");
  }

  @Test
  void ofTheTimesThatWereMissedTheLastOneCounts() {
    Planner hourly = planner(1, Duration.ofHours(1));
    row("watch", StepStatus.SCHEDULED, T0);
    outputs.put("watch", null);
    Plan first = plan(hourly, T0.plusSeconds(60));
    assertThat(first.decisions()).isEmpty();
    Plan late = plan(hourly, T0.plus(Duration.ofMinutes(5 * 60 + 10)));
    assertThat(late.decisions()).contains(new Decision.Fire("watch", T0.plus(Duration.ofHours(5))));

    outputs.put("watch", Jsons.read("{\"fired\": \"2026-01-01T05:00:00Z\"}"));
    row("watch", StepStatus.SUSPENDED, T0);
    run = RunStatus.SUSPENDED;
    Plan after = plan(hourly, T0.plus(Duration.ofMinutes(5 * 60 + 20)));
    assertThat(after.decisions()).isEmpty();
    assertThat(after.wakeUp()).isEqualTo(T0.plus(Duration.ofHours(6)));
  }

  @Test
  void whatMustBeReadIsAskedForBeforeAnythingIsDecided() {
    row("watch", StepStatus.SCHEDULED, T0);
    RunTimes times = new RunTimes(T0, T0, T0, null, null);
    RunRows rows =
        new RunRows(new RunSummary("r", "g", run, 1, 1, times), Jsons.read("{}"), steps, outputs);
    Plan plan = planner(3, null).next(rows, T0);
    assertThat(plan.isDecided()).isFalse();
    assertThat(plan.toReceive()).containsExactly(Map.entry(INBOX, 4));
  }
}
