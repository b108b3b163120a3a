// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.FixtureUnderTest;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Overlap;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Creation, migration, isolation: opening is safe at any time, by any number, next to anybody. */
@RuleFamily("SCHEMA")
final class SchemaRules {

  private static final int OPENERS = 8;
  private static final int OVERLAPS = 6;
  private static final int KILLS = 5;
  private static final Duration LOCK = Duration.ofMinutes(5);
  private static final Duration OPENING = Duration.ofMillis(800);

  private static final List<String> NAMES =
      List.of(
          "two words",
          "UPPER",
          "select",
          "quote'quote",
          "double\"quote",
          "semi;colon",
          "x'; DROP TABLE holdfast_message; --",
          "x\"; DROP SCHEMA public CASCADE; --",
          "percent%20",
          "dollar$1",
          "back\\slash",
          "umlaut-\u00e9",
          "a".repeat(300));

  /**
   * Opening an empty place creates what is needed; opening again changes nothing and keeps all
   * data.
   *
   * <p><b>Shape:</b> open, create an instance, close; compare contents, schema and rows before and
   * after another open.
   */
  @Rule("SCHEMA-01")
  void openingAgainChangesNothing(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    Expect.none("A fresh place is not empty.", place.contents());
    work(place, "store", "order");
    List<String> contents = place.contents();
    Expect.that("Opening an empty place made nothing.", !contents.isEmpty());
    List<String> schema = box(place).schema();
    List<String> rows = box(place).rows();

    Providers.open(place.config("store")).close();

    Expect.equal("Opening again changed what lies in the place.", contents, place.contents());
    Expect.equal("Opening again changed the schema.", schema, box(place).schema());
    Expect.equal("Opening again changed rows.", rows, box(place).rows());
    expectWork(place, "store", "order");
  }

  /**
   * Eight processes may open the same empty store at once.
   *
   * <p><b>Shape:</b> eight child JVMs are told to open together, one empty store after the other,
   * until enough of these openings really overlapped; all succeed; each schema is that of a store
   * that one handle made.
   */
  @Rule("SCHEMA-02")
  void eightProcessesOpenOneEmptyStore(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    openTogether(place, name -> {}, name -> expectSchemaOfACleanStore(place, name));
  }

  /**
   * Eight processes may open the same outdated store at once.
   *
   * <p><b>Shape:</b> as with empty ones, after each store was taken back to an earlier version; old
   * data is whole.
   */
  @Rule("SCHEMA-02")
  void eightProcessesOpenOneOutdatedStore(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    openTogether(
        place,
        name -> {
          work(place, name, "order");
          makeOutdated(place, name);
        },
        name -> {
          expectSchemaOfACleanStore(place, name);
          expectWork(place, name, "order");
        });
  }

  /** Opens stores by many processes at once, until enough of these openings have overlapped. */
  private static void openTogether(
      StorePlace place, Consumer<String> prepare, Consumer<String> check) {
    CrashTarget target = crashTarget(place, "store");
    if (target.exclusive()) {
      throw new NotMeasured(FixturePart.OTHER_PROCESS);
    }
    Overlap overlap = new Overlap(OVERLAPS);
    List<ChildJvm> children = new ArrayList<>();
    try {
      prepare.accept("store0");
      for (int i = 0; i < OPENERS; i++) {
        children.add(ChildJvm.start(target, Task.OPEN_EACH));
      }
      children.forEach(child -> child.line("ready"));
      for (int round = 0; overlap.goesOn(); round++) {
        String name = "store" + round;
        if (round > 0) {
          prepare.accept(name);
        }
        overlap.count(openOneTogether(children, crashTarget(place, name)));
        check.accept(name);
      }
      children.forEach(child -> child.tell("end"));
      for (ChildJvm child : children) {
        List<String> rest = child.rest();
        if (!rest.isEmpty()) {
          throw child.failure("A child failed after it had opened the store.", "no word", rest);
        }
      }
    } finally {
      children.forEach(ChildJvm::close);
    }
    overlap.expectSeen();
  }

  private static List<Overlap.Span> openOneTogether(List<ChildJvm> children, CrashTarget target) {
    for (ChildJvm child : children) {
      child.tell("next");
      child.tell(target);
    }
    children.forEach(child -> child.line("armed"));
    children.forEach(child -> child.tell("open"));
    List<Overlap.Span> spans = new ArrayList<>();
    for (ChildJvm child : children) {
      String[] opened = child.line("opened").split(" ");
      spans.add(new Overlap.Span(Long.parseLong(opened[0]), Long.parseLong(opened[1])));
    }
    children.forEach(child -> child.tell("close"));
    return spans;
  }

  /**
   * Check-only opening of a place without a schema is Misconfigured and makes nothing.
   *
   * <p><b>Shape:</b> open an empty place with check-only; nothing lies there.
   */
  @Rule("SCHEMA-03")
  void checkOnlyMakesNothing(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    expectMisconfigured("A missing schema passed the check.", checkOnly(place));
    Expect.none("Check-only opening made something.", place.contents());
  }

  /**
   * Check-only opening serves a current schema.
   *
   * <p><b>Shape:</b> create; open with check-only; work.
   */
  @Rule("SCHEMA-03")
  void checkOnlyServesACurrentSchema(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    List<String> schema = box(place).schema();
    try (Provider provider = Providers.open(checkOnly(place))) {
      turn(provider, "other");
    }
    Expect.equal("Check-only opening changed the schema.", schema, box(place).schema());
  }

  /**
   * Check-only opening of an outdated schema is Misconfigured and changes nothing.
   *
   * <p><b>Shape:</b> take the store back to an earlier version; open with check-only; schema and
   * rows are as before.
   */
  @Rule("SCHEMA-03")
  void checkOnlyRefusesAnOutdatedSchema(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    makeOutdated(place, "store");
    expectRefusedAndUnchanged(place, checkOnly(place), "An outdated schema passed the check.");
  }

  /**
   * A store one compatible step newer is served.
   *
   * <p><b>Shape:</b> record one more migration that says that this version can serve it; open and
   * work.
   */
  @Rule("SCHEMA-04")
  void aStoreOneCompatibleStepNewerIsServed(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    box(place).recordNewerMigration(true);
    List<String> schema = box(place).schema();
    expectWork(place, "store", "order");
    work(place, "store", "other");
    Expect.equal("Serving a newer store changed its schema.", schema, box(place).schema());
  }

  /**
   * A store newer than the provider can serve is Misconfigured and stays as it is.
   *
   * <p><b>Shape:</b> record one more migration that says that this version cannot serve it; open in
   * both modes.
   */
  @Rule("SCHEMA-04")
  void aStoreThatIsTooNewIsRefused(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    box(place).recordNewerMigration(false);
    String what = "A store that is too new was opened.";
    expectRefusedAndUnchanged(place, place.config("store"), what);
    expectRefusedAndUnchanged(place, checkOnly(place), what);
  }

  /**
   * An applied migration whose checksum differs is Misconfigured.
   *
   * <p><b>Shape:</b> change a recorded checksum; open in both modes.
   */
  @Rule("SCHEMA-05")
  void aChangedMigrationIsRefused(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    box(place).changeChecksum();
    String what = "A store whose migration differs was opened.";
    expectRefusedAndUnchanged(place, place.config("store"), what);
    expectRefusedAndUnchanged(place, checkOnly(place), what);
  }

  /**
   * A missing table that is recorded as made is Misconfigured naming it, and is not made anew.
   *
   * <p><b>Shape:</b> drop a table; open in both modes.
   */
  @Rule("SCHEMA-05")
  void aMissingTableIsNamedAndNotMadeAnew(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    String table = box(place).dropTable();
    for (ProviderConfig config : List.of(place.config("store"), checkOnly(place))) {
      Misconfigured error =
          expectRefusedAndUnchanged(place, config, "A store without a table was opened.");
      Expect.that(
          "The error does not name the missing table.",
          "a message with " + table,
          error,
          String.valueOf(error.getMessage()).contains(table));
    }
  }

  private static Misconfigured expectRefusedAndUnchanged(
      StorePlace place, ProviderConfig config, String what) {
    List<String> schema = box(place).schema();
    List<String> rows = box(place).rows();
    Misconfigured error = expectMisconfigured(what, config);
    Expect.equal("A refused open changed the schema.", schema, box(place).schema());
    Expect.equal("A refused open changed rows.", rows, box(place).rows());
    return error;
  }

  private static Misconfigured expectMisconfigured(String what, ProviderConfig config) {
    return Expect.thrown(what, Misconfigured.class, () -> Providers.open(config).close());
  }

  /**
   * A migration that was interrupted is finished or undone by the next open.
   *
   * <p><b>Shape:</b> kill children at random moments while they make the schema; open; the schema
   * is that of a clean store.
   */
  @Rule("SCHEMA-06")
  void anInterruptedMigrationIsFinishedOrUndone(StoreUnderTest store, FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    for (int kill = 0; kill < KILLS; kill++) {
      String name = "store_" + kill;
      killWhileOpening(place, name, store.random());
      work(place, name, "order");
      expectWork(place, name, "order");
      expectSchemaOfACleanStore(place, name);
    }
  }

  private static void killWhileOpening(StorePlace place, String name, Random random) {
    try (ChildJvm child = ChildJvm.start(crashTarget(place, name), Task.OPEN)) {
      child.line("ready");
      child.tell("open");
      Waiting.realTime(Duration.ofNanos(random.nextLong(OPENING.toNanos())));
      child.kill();
    }
  }

  /**
   * Handles that are open go on while others open the store.
   *
   * <p><b>Shape:</b> turns in a loop on one handle while many others are opened and closed; no turn
   * fails.
   */
  @Rule("SCHEMA-07")
  void openHandlesGoOnWhileOthersOpen(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    StoreUnderTest store = f.storeIn(place, "store");
    Handle first = store.first();
    first.create("order");
    AtomicBoolean goOn = new AtomicBoolean(true);
    try (Parked<Integer> turns =
        Parked.beginning(() -> {
          int done = 0;
          while (goOn.get()) {
            first.poke("order");
            first.finish(first.fetchOne("order"));
            done++;
          }
          return done;
        })) {
      for (int i = 0; i < OPENERS; i++) {
        Providers.open(place.config("store")).close();
      }
      goOn.set(false);
      Expect.above("No turn was made meanwhile.", 0, turns.answer());
    }
  }

  /**
   * Stores side by side never see, lock or wake each other, and never touch each other's objects.
   *
   * <p><b>Shape:</b> the same ids in two stores of one place; work and locks in one; the other
   * delivers its own and its rows stay as they are; a fetch that waits in it is not given the
   * neighbour's work.
   */
  @Rule("SCHEMA-08")
  void storesSideBySideDoNotTouchEachOther(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    Handle one = f.storeIn(place, "one").first();
    StoreUnderTest second = f.storeIn(place, "two");
    Handle two = second.first();
    two.start("order");
    two.turn(two.fetchOne("order")).name("of two").events(1, 2).activities(1).apply();
    two.poke("order");
    SchemaBox neighbour =
        place.schemaBox("two").orElseThrow(() -> new NotMeasured(FixturePart.SCHEMA_BOX));
    List<String> schema = neighbour.schema();
    List<String> rows = neighbour.rows();

    one.start("order");
    OrchestrationItem item = one.fetchOne("order");
    Expect.equal(
        "A store delivers the history of its neighbour.", 0L, item.history().lastEventId());
    one.turn(item).name("of one").event(1).activities(1, 2).apply();
    one.poke("order");
    one.fetchOne("order");
    one.fetchActivity(1);

    Expect.equal("Work in one store changed its neighbour's rows.", rows, neighbour.rows());
    Expect.equal("Work in one store changed its neighbour's schema.", schema, neighbour.schema());
    OrchestrationItem own = two.fetchOne("order");
    Expect.equal("A store delivers its neighbour's instance.", "of two", own.name());
    Expect.equal("A store has its neighbour's history.", 2L, own.history().lastEventId());
    two.fetchActivity(1);
    two.fetchNoActivity("A store delivers its neighbour's activity.");
    two.finish(own);

    OrchestrationFetch waiting =
        OrchestrationFetch.of(1, second.lockFor()).withWaitUpTo(second.pace().prompt());
    try (Parked<List<OrchestrationItem>> parked =
        Parked.call(second.pace(), () -> two.fetch(waiting))) {
      one.start("other");
      Expect.none("A store was given its neighbour's work.", parked.answer());
    }
  }

  /**
   * Names of stores are quoted or refused, never executed.
   *
   * <p><b>Shape:</b> open stores with quotes, semicolons, blanks, reserved words, upper case and
   * overlong names, next to one with data: each is Misconfigured, or a store of its own that works;
   * the data stays.
   */
  @Rule("SCHEMA-09")
  void namesAreQuotedOrRefused(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    work(place, "store", "order");
    List<String> schema = box(place).schema();
    List<String> rows = box(place).rows();
    for (String name : NAMES) {
      try {
        work(place, name, "order");
        expectWork(place, name, "order");
      } catch (ProviderError refused) {
        Expect.equal(
            "A store's name was neither taken nor refused: " + name + ": " + refused.getMessage(),
            Misconfigured.class,
            refused.getClass());
      }
      Expect.equal("Opening a store damaged another: " + name, schema, box(place).schema());
      Expect.equal("Opening a store damaged another: " + name, rows, box(place).rows());
    }
    expectWork(place, "store", "order");
  }

  // ---- words

  private static SchemaBox box(StorePlace place) {
    return box(place, "store");
  }

  private static SchemaBox box(StorePlace place, String name) {
    return place.schemaBox(name).orElseThrow(() -> new NotMeasured(FixturePart.SCHEMA_BOX));
  }

  private static CrashTarget crashTarget(StorePlace place, String name) {
    return place
        .crashTarget(name)
        .orElseThrow(() -> new NotMeasured(FixturePart.CRASH_TARGET, "in a place for stores"));
  }

  private static ProviderConfig checkOnly(StorePlace place) {
    return Configs.like(place.config("store")).schemaMode(SchemaMode.CHECK_ONLY).build();
  }

  private static void makeOutdated(StorePlace place, String name) {
    if (!box(place, name).makeOutdated()) {
      throw new NotMeasured(FixturePart.SCHEMA_BOX, "with an earlier version of the schema");
    }
  }

  /** A store that was not used before, or does not know the instance, gets its first turn. */
  private static void work(StorePlace place, String name, String instanceId) {
    try (Provider provider = Providers.open(place.config(name))) {
      turn(provider, instanceId);
    }
  }

  private static void turn(Provider provider, String instanceId) {
    provider.enqueue(Sample.start(instanceId, Sample.NAME, Sample.VERSION));
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(2, LOCK));
    Expect.equal("A store is not empty, or delivers nothing.", 1, items.size());
    OrchestrationItem item = items.get(0);
    Expect.equal("A store has a history already.", 0L, item.history().lastEventId());
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .historyDelta(Sample.events(1, 3))
                .build()));
  }

  private static void expectWork(StorePlace place, String name, String instanceId) {
    try (Provider provider = Providers.open(place.config(name))) {
      Expect.equal(
          "A store lost its data.",
          Sample.events(1, 3),
          provider.readHistory(instanceId, 1, 0, Handle.ALL).events());
    }
  }

  private static void expectSchemaOfACleanStore(StorePlace place, String name) {
    Providers.open(place.config("clean")).close();
    List<String> clean = schema(place, "clean");
    Expect.equal("The schema is not that of a clean store.", clean, schema(place, name));
  }

  private static List<String> schema(StorePlace place, String name) {
    return box(place, name).schema();
  }
}
