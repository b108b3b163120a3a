// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.documents.demo.Audit.Found;
import dev.holdfast.examples.documents.demo.Audit.Row;
import dev.holdfast.examples.documents.flow.Desk;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.examples.documents.flow.Undisturbed;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A run in which all is well, and then not. */
class AuditTest {

  private static final String RUN = "document-0001";

  private final Map<String, Row> rows = new HashMap<>();
  private final List<Effect> effects = new ArrayList<>();
  private Undisturbed right;
  private RunStatus status = RunStatus.COMPLETED;
  private @Nullable JsonNode outputs;
  private List<String> stuck = List.of();

  @BeforeEach
  void allIsWell() throws Exception {
    right = Undisturbed.of(new Desk(Path.of("documents")), new Request("alice.txt", 1));
    outputs = right.outputs();
    right
        .steps()
        .forEach((id, out) -> {
          rows.put(id, new Row(StepStatus.COMPLETED, out));
          effects.add(new Effect("key of " + id, RUN, id, out.toString()));
        });
    right.groups().forEach(id -> rows.put(id, new Row(StepStatus.COMPLETED, null)));
    right.skipped().forEach(id -> rows.put(id, new Row(StepStatus.SKIPPED, null)));
  }

  private List<Kind> kinds() {
    return Audit.run(
            Map.of(RUN, right), Map.of(RUN, new Found(status, outputs, rows)), effects, stuck)
        .stream()
        .map(Finding::kind)
        .toList();
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aRunThatNobodyBeganIsStuck() {
    assertThat(Audit.run(Map.of(RUN, right), Map.of(), effects, List.of()))
        .extracting(Finding::kind)
        .containsExactly(Kind.STUCK);
  }

  @Test
  void whatHasNotEndedIsStuck() {
    status = RunStatus.SUSPENDED;
    rows.put("average", new Row(StepStatus.SCHEDULED, null));
    stuck = List.of(RUN);
    assertThat(kinds()).containsExactly(Kind.STUCK, Kind.STUCK, Kind.STUCK);
  }

  @Test
  void whatEndedInAnotherWayIsLost() {
    status = RunStatus.FAILED;
    rows.put("average", new Row(StepStatus.SKIPPED, null));
    rows.remove("parts[0]");
    effects.removeIf(effect -> effect.step().equals("split"));
    assertThat(kinds()).containsExactly(Kind.LOST, Kind.LOST, Kind.LOST, Kind.LOST);
  }

  @Test
  void aSecondEffectUnderAnotherKeyIsTwice() {
    effects.add(new Effect("another key", RUN, "fetch", right.steps().get("fetch").toString()));
    assertThat(kinds()).containsExactly(Kind.TWICE);
  }

  @Test
  void otherOutputsAndOtherStepsAreWrong() {
    outputs = null;
    rows.put("split", new Row(StepStatus.COMPLETED, right.outputs()));
    rows.put("parts[99]/score", new Row(StepStatus.COMPLETED, null));
    effects.replaceAll(effect ->
        effect.step().equals("average")
            ? new Effect(effect.key(), RUN, "average", "{\"score\":2.0}")
            : effect);
    effects.add(new Effect("k", RUN, "parts[99]/score", "{}"));
    effects.add(new Effect("k", "a stranger", "fetch", "{}"));
    assertThat(kinds()).hasSize(6).containsOnly(Kind.WRONG);
  }
}
