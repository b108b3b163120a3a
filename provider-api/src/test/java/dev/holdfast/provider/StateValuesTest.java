// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.support.RunPlace;
import dev.holdfast.provider.support.StepPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateValuesTest {

  private static final String LONGEST = "x".repeat(4_096);
  private static final Instant NOW = Instant.parse("2026-11-29T05:00:00Z");

  private static void refused(Runnable construction) {
    assertThrows(InvalidRequest.class, construction::run);
  }

  @Test
  void endsAreFinalOrFailed() {
    for (RunStatus status : RunStatus.values()) {
      assertEquals(status.isFinal() || status == RunStatus.FAILED, status.isEnded());
      // Failed has a way on, and no change leads there.
      assertEquals(
          status.isEnded(), Arrays.stream(RunStatus.values()).noneMatch(status::mayBecome));
    }
    for (StepStatus status : StepStatus.values()) {
      assertEquals(status.isFinal() || status == StepStatus.FAILED, status.isEnded());
      assertEquals(
          status.isFinal(), Arrays.stream(StepStatus.values()).noneMatch(status::mayBecome));
      assertEquals(status == StepStatus.SCHEDULED, status.mayBecome(status));
    }
    assertTrue(StepStatus.RUNNING.beginsAttempt(StepStatus.SCHEDULED));
    assertTrue(StepStatus.FAILED.beginsAttempt(StepStatus.SCHEDULED));
    assertFalse(StepStatus.SUSPENDED.beginsAttempt(StepStatus.SCHEDULED));
  }

  @Test
  void wrongChangesRefuseThemselves() {
    refused(() -> CreateRun.running("", "order"));
    refused(() -> new CreateRun("order", "order", RunStatus.COMPLETED, null));
    refused(() -> RunChange.of("order", 0).build());
    refused(() -> new DeleteRun("order", 0));
    refused(() -> new RestartRun("order", 1, Set.of("")));
    refused(() -> new EnsureStep("order", "a\nb"));
    refused(() -> StepChange.of("order", "step", -1).build());
    refused(() -> new StepQuery(Set.of(""), Set.of(), 1, null));
    refused(() -> RunQuery.firstPage(0));
  }

  @Test
  void textsHaveLineBreaksAndALimit() {
    assertEquals("a\nb", RunChange.of("order", 1).lastError("a\nb").build().lastError());
    assertEquals(LONGEST, Suspension.builder().reason(LONGEST).build().reason());
    for (String wrong : List.of(LONGEST + "x", "nul \u0000", "half \uD83D")) {
      refused(() -> RunChange.of("order", 1).lastError(wrong).build());
      refused(() -> StepChange.of("order", "step", 1).lastError(wrong).build());
      refused(() -> Suspension.builder().reason(wrong).build());
    }
  }

  private static RunSummary run(String id) {
    return new RunSummary(
        id, "order", RunStatus.RUNNING, 1, 1, new RunTimes(NOW, NOW, NOW, null, null));
  }

  private static StepSummary step(String run, String id) {
    return new StepSummary(
        run, id, StepStatus.IDLE, 1, 1, null, new StepTimes(NOW, NOW, null, null, null, null));
  }

  @Test
  void tokensKeepTheirPlaceAndTheirList() {
    RunQuery query = RunQuery.builder(1).kinds("order").build();
    String token = RunPlace.page(List.of(run("ä"), run("b")), query).nextPageToken();
    assertEquals("ä", RunPlace.of("runs", query.from(token)).runId());
    refused(() -> RunPlace.of("runs", RunQuery.firstPage(1).from(token)));
    refused(() -> RunPlace.ofStuck("stuckRuns", Duration.ZERO, token));
    assertNull(RunPlace.page(List.of(run("a")), query).nextPageToken());

    StepQuery steps = StepQuery.firstPage("a😀", 1);
    String next =
        StepPlace.page(List.of(), List.of(step("a😀", "äb"), step("a😀", "c")), steps)
            .nextPageToken();
    assertEquals(new StepPlace("a😀", "äb"), StepPlace.of("steps", steps.from(next)));
    refused(() -> StepPlace.of("steps", StepQuery.firstPage("a", 1).from(next)));
  }
}
