// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.StoreSwitch;
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
import java.util.function.Function;
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
        .fixture(
            "the-schema-box-names-its-store",
            "The text of a schema contains the name of the store.",
            "FIX-11: stores kept apart by a prefix of their tables",
            () ->
                places(
                    name -> "reference:" + Places.next() + name,
                    name -> List.of("table " + name + "_message", "table " + name + "_activity")))
        .fixture(
            "the-white-box-shows-locks-in-instances",
            "The row of an instance has the columns of its lock.",
            "FIX-12: SELECT * of a table that has both",
            () -> stores(FixMutants::locksInInstances))
        .fixture(
            "a-place-takes-no-underscores",
            "The name of a store has letters only.",
            "FIX-13: a check of names that is too strict",
            () ->
                places(
                    name -> (name.contains("_") ? "nosuch:" : "reference:") + Places.next() + name,
                    name -> List.of()))
        .fixture(
            "the-switch-stops-nothing",
            "The store goes on working after it was stopped.",
            "FIX-14: the switch of another store",
            () -> stores(FixMutants::switchOfAnotherStore))
        .fixture(
            "the-plan-reader-sees-nothing",
            "A statement that sorts a queue is taken for good.",
            "FIX-15: a sort is good because the statement has a limit",
            () -> stores(FixMutants::blindPlanReader))
        .mutants();
  }

  /** Numbers for places, so that no two have a store in common. */
  private static final class Places {
    private static final AtomicInteger MADE = new AtomicInteger();

    static String next() {
      return "place-" + MADE.get() + "-";
    }
  }

  static TckFixture places(UnaryOperator<String> url, Function<String, List<String>> schema) {
    return new ChangedFixture(new ReferenceFixture()) {
      @Override
      public Optional<StorePlace> freshPlace(String purpose) {
        Places.MADE.incrementAndGet();
        return Optional.of(new Place(url, schema));
      }
    };
  }

  /** Stores of the reference, side by side. */
  private record Place(UnaryOperator<String> url, Function<String, List<String>> schema)
      implements StorePlace {
    @Override
    public ProviderConfig config(String name) {
      return ProviderConfig.url(url.apply(name)).build();
    }

    @Override
    public List<String> contents() {
      return List.of();
    }

    @Override
    public Optional<SchemaBox> schemaBox(String name) {
      return Optional.of(new Box(schema.apply(name)));
    }

    @Override
    public void close() {
      // The stores end with the JVM.
    }
  }

  private record Box(List<String> schema) implements SchemaBox {
    @Override
    public List<String> rows() {
      return List.of();
    }

    @Override
    public void recordNewerMigration(boolean served) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void changeChecksum() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String dropTable() {
      throw new UnsupportedOperationException();
    }
  }

  private static TestStore locksInInstances(TestStore store) {
    WhiteBox right = store.whiteBox().orElseThrow();
    WhiteBox wrong =
        new WhiteBox() {
          @Override
          public List<StoredRow> rows() {
            return right.rows().stream().map(this::withLock).toList();
          }

          private StoredRow withLock(StoredRow row) {
            return row.kind() == RowKind.INSTANCE
                ? new StoredRow(
                    row.kind(),
                    row.instanceId(),
                    row.text() + right.rows(RowKind.LOCK, row.instanceId()))
                : row;
          }

          @Override
          public void corrupt(RowKind kind, String instanceId) {
            right.corrupt(kind, instanceId);
          }
        };
    return new ChangedStore(store) {
      @Override
      public Optional<WhiteBox> whiteBox() {
        return Optional.of(wrong);
      }
    };
  }

  private static TestStore switchOfAnotherStore(TestStore store) {
    return new ChangedStore(store) {
      @Override
      public Optional<StoreSwitch> storeSwitch() {
        return Optional.of(
            new StoreSwitch() {
              @Override
              public void stop() {
                // Another store stops.
              }

              @Override
              public void start() {
                // Another store starts.
              }
            });
      }
    };
  }

  private static TestStore blindPlanReader(TestStore store) {
    return new ChangedStore(store) {
      @Override
      public Optional<PlanReader> planReader() {
        return Optional.of(
            new PlanReader() {
              @Override
              public Provider open() {
                return store.open();
              }

              @Override
              public void fill() {
                // Its plans do not depend on what is stored.
              }

              @Override
              public List<String> badPlans(Runnable calls) {
                calls.run();
                return List.of();
              }

              @Override
              public boolean sendBadStatement() {
                return true;
              }
            });
      }
    };
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
                info.features(),
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
