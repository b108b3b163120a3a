// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Pins.filter;
import static dev.holdfast.tck.rules.Pins.major;
import static dev.holdfast.tck.rules.Pins.range;
import static dev.holdfast.tck.rules.Pins.version;

import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What a filter leaves out stays as it is, and stands in nobody's way. */
@RuleFamily("VERSION")
final class VersionScopeRules {

  private static final int MANY = 300;
  private static final int DRAINED = 100;

  /**
   * A skipped instance is left alone.
   *
   * <p><b>Shape:</b> many filtered fetches skip it; one without a filter gets it at once, counted
   * once, with its batch whole and in order.
   */
  @Rule("VERSION-10")
  void aSkippedInstanceIsLeftAlone(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "order", version(1, 0, 0));
    List<OrchestratorMessage> sent = List.of(first.poke("order"), first.poke("order"));
    for (int i = 0; i < 10; i++) {
      Expect.none("A filter was not honoured.", Pins.fetch(store, 1, filter(major(2))));
    }
    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("A skipped instance was counted.", 1, item.deliveryCount());
    Expect.equal(
        "A skipped batch changed.",
        sent.stream().map(OrchestratorMessage::body).toList(),
        item.messages().stream().map(OrchestratorMessage::body).toList());
  }

  /**
   * A claim keeps to its filter as a fetch does.
   *
   * <p><b>Shape:</b> an enqueue claims a pinned instance through a filter that leaves it out, then
   * through one that matches.
   */
  @Rule("VERSION-10")
  void aClaimKeepsToItsFilter(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Claims.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "order", version(1, 0, 0));
    EagerInstance other = new EagerInstance(store.lockFor(), 1, filter(major(2)));
    EagerInstance fitting = new EagerInstance(store.lockFor(), 1, filter(major(1)));
    Expect.that(
        "A claim got an instance that its filter leaves out.",
        first.provider().enqueue(Sample.message("order", "one"), other).eagerInstance() == null);
    OrchestrationItem item =
        first.provider().enqueue(Sample.message("order", "two"), fitting).eagerInstance();
    if (item == null) {
      throw Expect.violation("A claim with a filter got nothing.", "the instance", "nothing");
    }
    Expect.equal("An instance that was left out was counted.", 1, item.deliveryCount());
  }

  /**
   * What does not match hides nothing.
   *
   * <p><b>Shape:</b> several hundred older instances with another pin, then three that match; one
   * fetch gets as many as it asks for.
   */
  @Rule("VERSION-11")
  void whatDoesNotMatchHidesNothing(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    List<String> others = IntStream.range(0, MANY).mapToObj(i -> "other-" + i).toList();
    first
        .provider()
        .enqueueAll(
            others.stream().map(id -> Sample.start(id, Sample.NAME, Sample.VERSION)).toList());
    for (OrchestrationItem item : first.fetch(MANY)) {
      first.turn(item).name(Sample.NAME).metadata(m -> m.runtimeVersion(version(1, 0, 0))).apply();
    }
    List<String> wanted = List.of("wanted-1", "wanted-2", "wanted-3");
    wanted.forEach(id -> Pins.create(first, id, version(2, 0, 0)));
    first.provider().enqueueAll(others.stream().map(id -> Sample.message(id, "older")).toList());
    store.moveTime(store.tick());
    wanted.forEach(first::poke);
    Expect.equal(
        "Instances that do not match hide those that do.",
        1,
        Pins.fetch(store, 1, filter(major(2))).size());
    Expect.equal(
        "Instances that do not match hide those that do.",
        2,
        Pins.fetch(store, 2, filter(major(2))).size());
  }

  /**
   * Each execution has its own pin.
   *
   * <p><b>Shape:</b> execution 1 is pinned and ends with ContinuedAsNew; another filter gets the
   * successor and pins execution 2; the first filter gets nothing any more.
   */
  @Rule("VERSION-13")
  void eachExecutionHasItsOwnPin(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "order", version(1, 0, 0));
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, Sample.VERSION))
        .apply();
    List<OrchestrationItem> items = Pins.fetch(store, 1, filter(major(2)));
    Expect.equal("An ended execution still binds its instance.", List.of("order"), Pins.ids(items));
    first.turn(items.get(0)).execution(2).apply();
    first.poke("order");
    Expect.equal(
        "A new execution has the pin of the one before.",
        List.of("order"),
        Pins.matching(store, filter(major(2))));
    OrchestrationItem second = first.fetchOne("order");
    first.turn(second).execution(2).metadata(m -> m.runtimeVersion(version(2, 0, 0))).apply();
    first.poke("order");
    Expect.none("The pin of execution 1 came back.", Pins.fetch(store, 1, filter(major(1))));
    Expect.equal(
        "Execution 2 has no pin of its own.",
        List.of("order"),
        Pins.delivered(store, filter(major(2))));
  }

  /**
   * The pin that comes with the end as ContinuedAsNew binds nobody.
   *
   * <p><b>Shape:</b> the ack that ends execution 1 so also pins it; another filter gets the
   * successor.
   */
  @Rule("VERSION-13")
  void aPinThatComesWithTheEndBindsNobody(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .metadata(m -> m.runtimeVersion(version(1, 0, 0)))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, Sample.VERSION))
        .apply();
    Expect.equal(
        "An execution that has ended binds its instance.",
        List.of("order"),
        Pins.delivered(store, filter(major(2))));
  }

  /**
   * A filtered fetch locks as exclusively as any.
   *
   * <p><b>Shape:</b> threads with equal, overlapping and no filters take one instance each, so that
   * none comes too late, and then drain a hundred together: each is delivered once.
   */
  @Rule("VERSION-15")
  void aFilteredFetchLocksAsAnyOther(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    List<String> ids = IntStream.range(0, DRAINED).mapToObj(i -> "order-" + i).sorted().toList();
    first
        .provider()
        .enqueueAll(ids.stream().map(id -> Sample.start(id, Sample.NAME, Sample.VERSION)).toList());
    for (OrchestrationItem item : first.fetch(DRAINED)) {
      int major = Math.floorMod(item.instanceId().hashCode(), 3) + 1;
      first
          .turn(item)
          .name(Sample.NAME)
          .metadata(m -> m.runtimeVersion(version(major, 0, 0)))
          .apply();
    }
    first.provider().enqueueAll(ids.stream().map(id -> Sample.message(id, "work")).toList());
    OrchestrationFetch plain = OrchestrationFetch.of(1, store.lockFor());
    List<OrchestrationFetch> requests =
        List.of(
            plain,
            Pins.request(store, 1, filter(major(1), major(2), major(3))),
            Pins.request(store, 1, filter(major(1), major(2), major(3))),
            Pins.request(store, 1, filter(range(version(1, 0, 0), version(3, 0, 0)))));
    List<Handle> handles = store.newHandles(requests.size());
    List<List<String>> drained =
        new ArrayList<>(
            Together.times(requests.size(), i -> Pins.ids(handles.get(i).fetch(requests.get(i)))));
    drained.addAll(Together.times(requests.size(), i -> drain(handles.get(i), requests.get(i))));
    Expect.equal(
        "Not every instance was delivered once.",
        ids,
        drained.stream().flatMap(List::stream).sorted().toList());
  }

  private static List<String> drain(Handle handle, OrchestrationFetch request) {
    List<String> got = new ArrayList<>();
    List<OrchestrationItem> items = handle.fetch(request);
    while (!items.isEmpty()) {
      got.addAll(Pins.ids(items));
      items = handle.fetch(request);
    }
    return got;
  }

  /**
   * The filter decides before history is read.
   *
   * <p><b>Shape:</b> the history of an instance with another pin is corrupt; a filtered fetch
   * returns nothing without an error, then the work behind it.
   */
  @Rule("VERSION-16")
  void theFilterDecidesBeforeHistoryIsRead(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "broken", version(1, 0, 0));
    first.poke("broken");
    first.turn(first.fetchOne("broken")).event(1).apply();
    Pins.create(first, "whole", version(2, 0, 0));
    first.poke("broken");
    store.whiteBox().corrupt(RowKind.EVENT, "broken");
    Expect.none("A filter was not honoured.", Pins.fetch(store, 1, filter(major(2))));
    store.moveTime(store.tick());
    first.poke("whole");
    Expect.equal(
        "Work behind an excluded instance was not delivered.",
        List.of("whole"),
        Pins.delivered(store, filter(major(2))));
  }

  /**
   * Work wakes the fetch that can take it.
   *
   * <p><b>Shape:</b> two fetches wait with disjoint filters; work for one pin comes, then for the
   * other: each returns its own within the bound.
   */
  @Rule("VERSION-17")
  void workWakesTheFetchThatCanTakeIt(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "one", version(1, 0, 0));
    Pins.create(first, "two", version(2, 0, 0));
    try (Parked<List<OrchestrationItem>> ones = park(store, 1);
        Parked<List<OrchestrationItem>> twos = park(store, 2)) {
      first.poke("two");
      Expect.equal(
          "Work came to the wrong fetch.",
          List.of("two"),
          Pins.ids(twos.within("Work did not wake who can take it.", Waiters.bound(store))));
      Expect.that("A fetch returned that can take nothing.", !ones.isDone());
      first.poke("one");
      Expect.equal(
          "Work came to the wrong fetch.",
          List.of("one"),
          Pins.ids(ones.within("Work did not wake who can take it.", Waiters.bound(store))));
    }
  }

  private static Parked<List<OrchestrationItem>> park(StoreUnderTest store, int major) {
    return Parked.call(
        store.pace(),
        () ->
            store
                .first()
                .fetch(
                    Pins.request(store, 1, filter(major(major)))
                        .withWaitUpTo(Waiters.longWait(store))));
  }
}
