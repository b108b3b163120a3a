// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Restarts of failed runs. Stateless. */
final class RestartRunKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return new RestartRun(id, 1, Set.of());
  }

  @Override
  public Class<? extends Permanent> refusalOfRepeats() {
    return VersionConflict.class;
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Restarts(this, store);
  }

  private static final class Restarts extends StateSubject.Own {

    private final RunSummary failed;

    Restarts(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
      failed = failed();
    }

    private RunSummary failed() {
      Stated a = Stated.first(store);
      String id = "failed run " + store.nextNumber();
      a.create(id);
      a.step(id, "step", StepStatus.SKIPPED);
      return a.move(a.read(id).summary(), RunStatus.FAILED);
    }

    @Override
    Change make() {
      RunSummary next = failed();
      return new RestartRun(next.runId(), next.version(), Set.of("step"));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      RunSummary written = expectWritten(what, result, last);
      Expect.equal(
          what,
          List.of(change.runId(), ((RestartRun) change).seenVersion() + 1, RunStatus.RECOVERING, 2),
          List.of(written.runId(), written.version(), written.status(), written.attempt()));
    }

    @Override
    void expect(String what, Change change, boolean applied) {
      Stated b = Stated.second(store);
      String id = Objects.requireNonNull(change.runId());
      Expect.equal(
          what + " Run: " + id + ".",
          applied
              ? List.of(RunStatus.RECOVERING, StepStatus.IDLE)
              : List.of(RunStatus.FAILED, StepStatus.SKIPPED),
          List.of(b.read(id).summary().status(), b.step(id, "step").status()));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a version that is old",
              new RestartRun(failed.runId(), failed.version() - 1, Set.of("step")),
              VersionConflict.class),
          new Misfit(
              "a run that has not failed",
              new RestartRun(settled.runId(), settled.version(), Set.of("idle")),
              IllegalTransition.class),
          new Misfit(
              "an unknown step",
              new RestartRun(failed.runId(), failed.version(), Set.of("step", "unknown")),
              NotFound.class),
          new Misfit("an unknown run", new RestartRun(unknown(), 1, Set.of()), NotFound.class));
    }
  }
}
