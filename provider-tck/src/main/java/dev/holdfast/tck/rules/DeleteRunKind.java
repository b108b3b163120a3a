// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Objects;

/** Deleted of ended runs. Stateless. */
final class DeleteRunKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return new DeleteRun(id, 1);
  }

  @Override
  public Class<? extends Permanent> refusalOfRepeats() {
    return NotFound.class;
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Deleted(this, store);
  }

  private static final class Deleted extends StateSubject.Own {

    Deleted(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
    }

    @Override
    Change make() {
      Stated a = Stated.first(store);
      String id = "ended run " + store.nextNumber();
      RunSummary ended = a.run(id, RunStatus.CANCELLED);
      a.apply(new EnsureStep(id, "one"), new EnsureStep(id, "two"));
      return new DeleteRun(id, ended.version());
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      Expect.equal(what, new RunDeleted(2, 0), result);
      if (last) {
        expect(what, change, true);
      }
    }

    @Override
    void expect(String what, Change change, boolean applied) {
      Stated b = Stated.second(store);
      String id = Objects.requireNonNull(change.runId());
      Expect.equal(
          what + " Run: " + id + ".",
          List.of(!applied, applied ? 0 : 2),
          List.of(b.reads().run(id).isPresent(), b.steps(id).size()));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a run that has not ended",
              new DeleteRun(run.runId(), run.version()),
              InstanceBusy.class),
          new Misfit(
              "a version that is old",
              new DeleteRun(settled.runId(), settled.version() - 1),
              VersionConflict.class),
          new Misfit("an unknown run", new DeleteRun(unknown(), 1), NotFound.class));
    }
  }
}
