// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Objects;

/** Changes of a step. Stateless. */
final class StepChangeKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return StepChange.of(id, "step", 1).lastError("any").build();
  }

  @Override
  public Class<? extends Permanent> refusalOfRepeats() {
    return VersionConflict.class;
  }

  @Override
  public boolean isChained() {
    return true;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Changed(this, store);
  }

  private static final class Changed extends StateSubject.Chained {

    private static final String STEP = "step";

    private final StepSummary step;

    Changed(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
      step = Stated.first(store).step(id(), STEP, StepStatus.RUNNING);
      begin(step.version());
    }

    @Override
    Change make(long seenVersion, String text) {
      return StepChange.of(id(), STEP, seenVersion).lastError(text).build();
    }

    @Override
    String text(Change change) {
      return Objects.requireNonNull(((StepChange) change).lastError());
    }

    @Override
    void expect(String what, long version, String text) {
      Step now = Stated.second(store).readStep(id(), STEP);
      Expect.equal(
          what,
          List.of(version, text),
          List.of(now.summary().version(), Objects.requireNonNullElse(now.lastError(), "none")));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      StepSummary written = expectWritten(what, result, false, last);
      Expect.equal(
          what,
          List.of(id(), STEP, ((StepChange) change).seenVersion() + 1),
          List.of(written.runId(), written.stepId(), written.version()));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a version that is to come",
              StepChange.of(settled.runId(), "idle", idle.version() + 1).lastError("new").build(),
              VersionConflict.class),
          new Misfit(
              "a step that is there",
              StepChange.of(settled.runId(), "idle", 0).status(StepStatus.IDLE).build(),
              VersionConflict.class),
          new Misfit(
              "a step that has not begun",
              StepChange.to(idle, StepStatus.COMPLETED),
              IllegalTransition.class),
          new Misfit(
              "a new step that has completed",
              StepChange.of(settled.runId(), "new", 0).status(StepStatus.COMPLETED).build(),
              IllegalTransition.class),
          new Misfit(
              "an unknown step",
              StepChange.of(settled.runId(), "unknown", 1).lastError("any").build(),
              NotFound.class),
          new Misfit(
              "an unknown run",
              StepChange.of(unknown(), STEP, 0).status(StepStatus.IDLE).build(),
              NotFound.class));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(
          StepChange.of(step).outputs(tooLarge).build(),
          StepChange.of(step).suspension(Suspension.builder().metadata(tooLarge).build()).build());
    }
  }
}
