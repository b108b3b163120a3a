// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Set;

/** New steps. Stateless. */
final class EnsureStepKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return new EnsureStep(id, "step");
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Ensured(this, store);
  }

  private static final class Ensured extends StateSubject.Own {

    Ensured(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
    }

    @Override
    Change make() {
      return new EnsureStep(id(), "new step " + store.nextNumber());
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      StepSummary written = expectWritten(what, result, true, last);
      Expect.equal(
          what,
          List.of(id(), ((EnsureStep) change).stepId(), StepStatus.IDLE),
          List.of(written.runId(), written.stepId(), written.status()));
    }

    @Override
    void expect(String what, Change change, boolean applied) {
      String stepId = ((EnsureStep) change).stepId();
      Expect.equal(
          what + " Step: " + stepId + ".",
          applied ? 1 : 0,
          Stated.second(store).reads().steps(id(), Set.of(stepId)).size());
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit("an unknown run", new EnsureStep(unknown(), "step"), NotFound.class));
    }
  }
}
