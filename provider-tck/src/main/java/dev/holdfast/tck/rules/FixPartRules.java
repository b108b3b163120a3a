// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;

/** The optional parts of the fixture, before they are used against a provider. */
@RuleFamily("FIX")
final class FixPartRules {

  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final List<String> NAMES =
      List.of("store", "store_0", "store_17", "clean", "a1_b2");

  /**
   * The schema box shows equal schemas for stores that were made in the same way.
   *
   * <p><b>Shape:</b> open two stores of one place; compare their schemas, each with itself and with
   * the other.
   */
  @Rule("FIX-11")
  void theSchemaBoxShowsEqualSchemas(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    for (String name : List.of("first", "second")) {
      Providers.open(place.config(name)).close();
    }
    SchemaBox earlier = box(place, "first");
    List<String> schema = earlier.schema();
    Expect.that("The schema box shows nothing of a store that was opened.", !schema.isEmpty());
    Expect.equal(
        "The schema box shows another schema when it is asked again.", schema, earlier.schema());
    Expect.equal(
        "The schema box shows different schemas of two stores that were made in the same way.",
        schema,
        box(place, "second").schema());
  }

  private static SchemaBox box(StorePlace place, String name) {
    return place.schemaBox(name).orElseThrow(() -> new NotMeasured(FixturePart.SCHEMA_BOX));
  }

  /**
   * The white box shows equal rows of an instance before and after a fetch and an abandon.
   *
   * <p><b>Shape:</b> create an instance with a message; compare its rows before a fetch, after it,
   * and after the item was abandoned.
   */
  @Rule("FIX-12")
  void theWhiteBoxKeepsLocksApart(StoreUnderTest store) {
    WhiteBox box = store.whiteBox();
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    List<StoredRow> before = box.rows(RowKind.INSTANCE, "order");
    Expect.that("The white box does not show the instance.", "a row", before, !before.isEmpty());
    OrchestrationItem item = first.fetchOne("order");
    Expect.equal(
        "The white box shows an instance's row that a fetch has changed.",
        before,
        box.rows(RowKind.INSTANCE, "order"));
    first.abandon(item);
    Expect.equal(
        "The white box shows an instance's row that an abandon has changed.",
        before,
        box.rows(RowKind.INSTANCE, "order"));
  }

  /**
   * A place accepts the names that the kit uses.
   *
   * <p><b>Shape:</b> open a store of each of some names, write to it, and read it.
   */
  @Rule("FIX-13")
  void aPlaceAcceptsNames(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    for (String name : NAMES) {
      try (Provider provider = Providers.open(place.config(name))) {
        Expect.that(
            "A store is not empty: " + name + ".",
            provider.latestExecutionId("order").isEmpty()
                && provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).isEmpty());
        provider.enqueue(Sample.start("order", Sample.NAME, Sample.VERSION));
      } catch (Misconfigured refused) {
        throw Expect.violation(
            "A store cannot have a name that the kit uses: " + name + ".", "a store", refused);
      }
    }
  }

  /**
   * The switch takes the store away and gives it back.
   *
   * <p><b>Shape:</b> stop the store: calls on an open handle fail; start it: calls on a new handle
   * work, and what was committed is there.
   */
  @Rule("FIX-14")
  void theSwitchStopsAndStarts(StoreUnderTest store) {
    StoreSwitch power = store.storeSwitch();
    Handle first = store.first();
    first.create("order");
    power.stop();
    try {
      Expect.that(
          "A call on a store that was stopped succeeded.", fails(() -> first.poke("order")));
    } finally {
      power.start();
    }
    Expect.equal(
        "What was committed is gone once the store was started again.",
        1L,
        store.newHandle().provider().latestExecutionId("order").orElse(0));
  }

  /** With which error is not the fixture's business. */
  private static boolean fails(Runnable call) {
    try {
      call.run();
      return false;
    } catch (RuntimeException error) {
      return true;
    }
  }

  /**
   * The reader of plans sees a bad one.
   *
   * <p><b>Shape:</b> send a statement that sorts a queue, and ask for bad plans.
   */
  @Rule("FIX-15")
  void thePlanReaderSeesABadPlan(StoreUnderTest store) {
    PlanReader reader = store.planReader();
    Handle handle = store.newHandleWithPlans();
    handle.start("order");
    boolean[] sent = new boolean[1];
    List<String> complaints = reader.badPlans(() -> sent[0] = reader.sendBadStatement());
    if (!sent[0]) {
      throw new NotMeasured(FixturePart.PLAN_READER, "that sends a statement with a bad plan");
    }
    Expect.that(
        "The reader of plans has nothing against a statement that sorts a queue.",
        "a complaint",
        complaints,
        !complaints.isEmpty());
  }
}
