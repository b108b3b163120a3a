// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** New runs. Stateless. */
final class CreateRunKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return CreateRun.running(id, Stated.KIND);
  }

  @Override
  public Class<? extends Permanent> refusalOfRepeats() {
    return VersionConflict.class;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Creations(this, store);
  }

  private static final class Creations extends StateSubject.Own {

    Creations(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
    }

    @Override
    Change make() {
      String id = "new run " + store.nextNumber();
      return new CreateRun(id, Stated.KIND, RunStatus.SCHEDULED, Payload.utf8("data of " + id));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      Expect.equal(what, change.runId(), expectWritten(what, result, last).runId());
    }

    @Override
    void expect(String what, Change change, boolean applied) {
      Expect.equal(
          what + " Run: " + change.runId() + ".",
          applied ? Optional.of(Payload.utf8("data of " + change.runId())) : Optional.empty(),
          Stated.second(store).reads().run(Objects.requireNonNull(change.runId())).map(Run::data));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a run that is there",
              CreateRun.running(settled.runId(), "other"),
              VersionConflict.class));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(new CreateRun(unknown(), Stated.KIND, RunStatus.RUNNING, tooLarge));
    }
  }
}
