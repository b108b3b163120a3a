// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.Suspension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking at runs and their steps. */
class RunsTest extends OnStore {

  @BeforeEach
  void makeRuns() {
    try (Provider provider = Providers.open(url)) {
      provider
          .capability(Changes.class)
          .orElseThrow()
          .apply(
              List.of(
                  new CreateRun("order-1", "order", RunStatus.RUNNING, Payload.utf8("{\"a\":1}")),
                  StepChange.of("order-1", "pay", 0).status(StepStatus.SCHEDULED).build(),
                  StepChange.of("order-1", "ask", 0).status(StepStatus.IDLE).build(),
                  RunChange.of("order-1", 1)
                      .status(RunStatus.SUSPENDED)
                      .suspension(
                          Suspension.builder().stepId("ask").reason("needs approval").build())
                      .build(),
                  CreateRun.running("order-2", "order"),
                  new CreateRun("refund-1", "refund", RunStatus.SCHEDULED, null)));
    }
  }

  @Test
  void runsAreListedByStatusAndKind() {
    assertThat(shell.run("runs", "--json").returns(0).objects()).hasSize(3);
    assertThat(
            shell
                .run("runs", "--kind", "order", "--status", "suspended", "--json")
                .returns(0)
                .objects())
        .extracting(row -> row.get("runId").stringValue())
        .containsExactly("order-1");
    Shell.Run cut = shell.run("runs", "--limit", "2").returns(0);
    assertThat(cut.out().lines()).hasSize(3);
    assertThat(cut.err()).contains("there may be more");
  }

  @Test
  void aRunIsShownWithItsSuspension() {
    JsonNode run = shell.run("run", "order-1", "--json").returns(0).object();
    assertThat(run.get("status").stringValue()).isEqualTo("suspended");
    assertThat(run.get("suspension").get("reason").stringValue()).isEqualTo("needs approval");
    assertThat(run.get("steps").get("scheduled").intValue()).isEqualTo(1);
    assertThat(shell.run("run", "order-1").returns(0).out())
        .contains("suspended", "needs approval", "1 idle, 1 scheduled");
  }

  @Test
  void stepsAreListedByStatus() {
    assertThat(shell.run("steps", "order-1", "--json").returns(0).objects())
        .extracting(row -> row.get("stepId").stringValue())
        .containsExactly("ask", "pay");
    assertThat(shell.run("steps", "order-1", "--status", "scheduled").returns(0).out())
        .contains("pay")
        .doesNotContain("ask");
  }

  @Test
  void stuckRunsAreThoseThatNothingMoves() {
    assertThat(shell.run("stuck-runs").returns(1).err()).contains("no run is stuck");
    assertThat(shell.run("stuck-runs", "--for", "0s", "--json").returns(0).objects())
        .extracting(row -> row.get("runId").stringValue())
        .containsExactly("order-2");
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    assertThat(shell.run("run", "none").returns(1).err()).contains("none");
    shell.run("steps", "none").returns(1);
    shell.run("runs", "--kind", "none").returns(1);
    shell.run("runs", "--status", "sleeping").returns(2);
    shell.run("runs", "--limit", "0").returns(2);
  }
}
