// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Passes everything on; broken stores override something. */
class ChangedStore implements TestStore {

  private final TestStore inner;

  ChangedStore(TestStore inner) {
    this.inner = inner;
  }

  /** What is handed out instead of a right handle. */
  protected Provider handle(Provider right) {
    return right;
  }

  @Override
  public Provider open() {
    return handle(inner.open());
  }

  @Override
  public Optional<Provider> openWithClientClock(Duration ahead) {
    return inner.openWithClientClock(ahead).map(this::handle);
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return inner.timeControl();
  }

  @Override
  public Optional<CallersConnections> callersConnections() {
    return inner.callersConnections();
  }

  @Override
  public Optional<CommitHold> commitHold() {
    return inner.commitHold();
  }

  @Override
  public Optional<WriterHold> writerHold() {
    return inner.writerHold();
  }

  @Override
  public Optional<StoreSwitch> auditSwitch() {
    return inner.auditSwitch();
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return inner.whiteBox();
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return inner.crashTarget();
  }

  @Override
  public Optional<ProviderConfig> config() {
    return inner.config();
  }

  @Override
  public Optional<StoreSwitch> storeSwitch() {
    return inner.storeSwitch();
  }

  @Override
  public Optional<List<String>> integrityProblems() {
    return inner.integrityProblems();
  }

  @Override
  public void close() {
    inner.close();
  }
}
