// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The fixture that the kit finds by its class name: that of the mutant which this thread tests. */
public final class NamedFixture implements TckFixture {
  private static final ThreadLocal<Supplier<TckFixture>> CURRENT = new ThreadLocal<>();

  private final TckFixture current = Objects.requireNonNull(CURRENT.get(), "no mutant").get();

  /** Created by the kit. */
  public NamedFixture() {}

  /** Does something while this thread's fixture is a given one. */
  static void during(Supplier<TckFixture> fixture, Runnable work) {
    CURRENT.set(fixture);
    try {
      work.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** A fixture that changes the stores of another one. */
  static TckFixture withStores(TckFixture right, UnaryOperator<TestStore> change) {
    return new TckFixture() {
      @Override
      public ProviderIdentity provider() {
        return right.provider();
      }

      @Override
      public TestStore freshStore(String purpose) {
        return change.apply(right.freshStore(purpose));
      }
    };
  }

  @Override
  public ProviderIdentity provider() {
    return current.provider();
  }

  @Override
  public TestStore freshStore(String purpose) {
    return current.freshStore(purpose);
  }

  /** Passes everything on; broken stores override something. */
  static class ChangedStore implements TestStore {
    private final TestStore right;

    ChangedStore(TestStore right) {
      this.right = right;
    }

    @Override
    public Provider open() {
      return right.open();
    }

    @Override
    public Optional<TimeControl> timeControl() {
      return right.timeControl();
    }

    @Override
    public Optional<CallersConnections> callersConnections() {
      return right.callersConnections();
    }

    @Override
    public Optional<StoreSwitch> auditSwitch() {
      return right.auditSwitch();
    }

    @Override
    public Optional<CommitHold> commitHold() {
      return right.commitHold();
    }

    @Override
    public Optional<WriterHold> writerHold() {
      return right.writerHold();
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return right.whiteBox();
    }

    @Override
    public Optional<CrashTarget> crashTarget() {
      return right.crashTarget();
    }

    @Override
    public Optional<ProviderConfig> config() {
      return right.config();
    }

    @Override
    public Optional<List<String>> integrityProblems() {
      return right.integrityProblems();
    }

    @Override
    public Optional<FaultInjection> faults() {
      return right.faults();
    }

    @Override
    public Optional<StatementCounter> statements() {
      return right.statements();
    }

    @Override
    public Optional<PlanReader> planReader() {
      return right.planReader();
    }

    @Override
    public void close() {
      right.close();
    }
  }
}
