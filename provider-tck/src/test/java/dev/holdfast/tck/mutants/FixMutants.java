// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Fixtures that are wrong, so that the kit must not blame the provider. */
final class FixMutants {

  private FixMutants() {}

  static List<Mutant> all() {
    return new Family("FIX")
        .fixture(
            "a-fresh-store-has-left-overs",
            "A fresh store has a message in it.",
            "FIX-01: a store that was used before",
            () ->
                stores(store -> {
                  try (Provider provider = store.open()) {
                    provider.enqueue(OrchestratorMessage.of("order", "old", Payload.empty()));
                  }
                  return store;
                }))
        .fixture(
            "all-stores-are-one",
            "Every fresh store is the same one.",
            "FIX-02: a constant name",
            FixMutants::allStoresAreOne)
        .fixture(
            "every-handle-has-a-store-of-its-own",
            "A second handle reaches another store.",
            "FIX-03: a database in memory, one per connection",
            FixMutants::everyHandleAlone)
        .fixture(
            "the-second-handle-is-another-provider",
            "The second handle on a store is of another version.",
            "FIX-04: two versions on the class path",
            () -> stores(FixMutants::anotherSecondHandle))
        .fixture(
            "time-runs-double",
            "Time moves by twice the amount that was asked for.",
            "FIX-05: two clocks, both moved",
            () -> stores(store -> clock(store, by -> by.multipliedBy(2))))
        .fixture(
            "time-moves-in-seconds",
            "Time moves by whole seconds only.",
            "FIX-05: the amount is rounded",
            () -> stores(store -> clock(store, by -> Duration.ofSeconds(by.toSeconds()))))
        .fixture(
            "the-white-box-damages-two-rows",
            "Damaging one row damages one of each instance.",
            "FIX-07: an update without the instance",
            () ->
                stores(store ->
                    whiteBox(
                        store,
                        (box, kind, instanceId) -> {
                          box.corrupt(kind, "order");
                          box.corrupt(kind, "other");
                        })))
        .fixture(
            "the-white-box-damages-nothing",
            "Damaging a row changes nothing.",
            "FIX-07: an update that hits no row",
            () -> stores(store -> whiteBox(store, (box, kind, instanceId) -> {})))
        .fixture(
            "stores-stay-behind",
            "Closed stores are still there.",
            "FIX-10: files that are not deleted",
            StoresStayBehind::new)
        .mutants();
  }

  private static TckFixture stores(UnaryOperator<TestStore> change) {
    return new ChangedFixture(new ReferenceFixture()) {
      @Override
      public TestStore freshStore(String purpose) {
        return change.apply(super.freshStore(purpose));
      }
    };
  }

  private static TckFixture allStoresAreOne() {
    TestStore one = new ReferenceFixture().freshStore("one");
    return stores(store ->
        new ChangedStore(one) {
          @Override
          public void close() {
            store.close();
          }
        });
  }

  private static TckFixture everyHandleAlone() {
    ReferenceFixture others = new ReferenceFixture();
    return stores(store ->
        new ChangedStore(store) {
          @Override
          public Provider open() {
            return others.freshStore("alone").open();
          }
        });
  }

  private static TestStore anotherSecondHandle(TestStore store) {
    AtomicInteger handles = new AtomicInteger();
    return new ChangedStore(store) {
      @Override
      protected Provider handle(Provider right) {
        if (handles.incrementAndGet() == 1) {
          return right;
        }
        return new Forwarding(right) {
          @Override
          public ProviderInfo info() {
            ProviderInfo info = super.info();
            return new ProviderInfo(
                info.id(),
                info.version() + "-old",
                info.specVersion(),
                info.capabilities(),
                info.limits(),
                info.wakeUpBound());
          }
        };
      }
    };
  }

  private static TestStore clock(TestStore store, UnaryOperator<Duration> change) {
    TimeControl right = store.timeControl().orElseThrow();
    TimeControl wrong =
        new TimeControl() {
          @Override
          public Instant now() {
            return right.now();
          }

          @Override
          public void advance(Duration by) {
            right.advance(change.apply(by));
          }

          @Override
          public boolean standsStill() {
            return right.standsStill();
          }
        };
    return new ChangedStore(store) {
      @Override
      public Optional<TimeControl> timeControl() {
        return Optional.of(wrong);
      }
    };
  }

  /** Damages rows in a wrong way. */
  private interface Damage {
    void corrupt(WhiteBox box, WhiteBox.RowKind kind, String instanceId);
  }

  private static TestStore whiteBox(TestStore store, Damage damage) {
    WhiteBox right = store.whiteBox().orElseThrow();
    WhiteBox wrong =
        new WhiteBox() {
          @Override
          public List<StoredRow> rows() {
            return right.rows();
          }

          @Override
          public void corrupt(RowKind kind, String instanceId) {
            damage.corrupt(right, kind, instanceId);
          }
        };
    return new ChangedStore(store) {
      @Override
      public Optional<WhiteBox> whiteBox() {
        return Optional.of(wrong);
      }
    };
  }

  private static final class StoresStayBehind extends ChangedFixture {
    private final List<String> left = new CopyOnWriteArrayList<>();

    StoresStayBehind() {
      super(new ReferenceFixture());
    }

    @Override
    public TestStore freshStore(String purpose) {
      left.add(purpose + left.size());
      return super.freshStore(purpose);
    }

    @Override
    public Optional<List<String>> leftOvers() {
      return Optional.of(new ArrayList<>(left));
    }
  }
}
