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
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Objects;

/** Changes of a run. Stateless. */
final class RunChangeKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.STATE_TABLES;
  }

  @Override
  public Change any(String id) {
    return RunChange.of(id, 1).lastError("any").build();
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

    Changed(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
      begin(run.version());
    }

    @Override
    Change make(long seenVersion, String text) {
      return RunChange.of(id(), seenVersion).lastError(text).build();
    }

    @Override
    String text(Change change) {
      return Objects.requireNonNull(((RunChange) change).lastError());
    }

    @Override
    void expect(String what, long version, String text) {
      Run now = Stated.second(store).read(id());
      Expect.equal(
          what,
          List.of(version, text),
          List.of(now.summary().version(), Objects.requireNonNullElse(now.lastError(), "none")));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      RunSummary written = expectWritten(what, result, last);
      Expect.equal(
          what,
          List.of(id(), ((RunChange) change).seenVersion() + 1),
          List.of(written.runId(), written.version()));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a version that is old",
              RunChange.of(settled.runId(), settled.version() - 1).lastError("old").build(),
              VersionConflict.class),
          new Misfit(
              "a version that is to come",
              RunChange.of(settled.runId(), settled.version() + 1).lastError("new").build(),
              VersionConflict.class),
          new Misfit(
              "a run that has completed",
              RunChange.to(settled, RunStatus.RUNNING),
              IllegalTransition.class),
          new Misfit(
              "an unknown run",
              RunChange.of(unknown(), 1).lastError("any").build(),
              NotFound.class));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(
          RunChange.of(run).data(tooLarge).build(),
          RunChange.of(run).suspension(Suspension.builder().state(tooLarge).build()).build());
    }
  }
}
