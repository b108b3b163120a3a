// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Overlap;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Fetches for the code that a caller has. */
@RuleFamily("FETCH")
final class FetchServedRules {

  private static final int AHEAD = 1_200;
  private static final int CODES = 1_000;
  private static final int ROUNDS = 8;
  private static final int CALLERS = 6;

  /**
   * A fetch gets the instances whose name and version are served, together and exactly, and leaves
   * all others as they are.
   *
   * <p><b>Shape:</b> started instances of names and versions that resemble each other, and the same
   * again after a turn, so that they have rows; for each code a fetch gets exactly the instances
   * that have it; what is passed by has not changed, and comes with count 1 in the end.
   */
  @Rule("FETCH-16")
  void onlyWhatIsServedIsDelivered(StoreUnderTest store) {
    Handle first = store.first();
    List<OrchestrationCode> codes =
        List.of(
            code("flow", "1"),
            code("flow", "2"),
            code("flow", null),
            code("flow", "10"),
            code("Flow", "1"),
            code("flow ", "1"),
            code("other", "1"),
            code("other", null));
    for (int n = 0; n < codes.size(); n++) {
      first.enqueue(Sample.start("new-" + n, codes.get(n).name(), codes.get(n).version()));
    }
    expectEachByItsCode(store, codes, "new-");
    for (int n = 0; n < codes.size(); n++) {
      first.poke("new-" + n);
    }
    expectEachByItsCode(store, codes, "new-");
  }

  private static void expectEachByItsCode(
      StoreUnderTest store, List<OrchestrationCode> codes, String prefix) {
    String[] ids =
        IntStream.range(0, codes.size()).mapToObj(n -> prefix + n).toArray(String[]::new);
    Expect.none(
        "An instance was delivered that has none of the served names.",
        fetch(store.first(), code("nobody", "1"), code("flow", "3"), code("nobody", null)));
    for (int n = 0; n < codes.size(); n++) {
      Set<String> others = new HashSet<>(Set.of(ids));
      for (int done = 0; done <= n; done++) {
        others.remove(prefix + done);
      }
      Handle handle = n % 2 == 0 ? store.first() : store.second();
      List<OrchestrationItem> items = fetch(handle, codes.get(n));
      Expect.equal(
          "A fetch did not get exactly the instance with " + codes.get(n) + ".",
          List.of(prefix + n),
          ids(items));
      OrchestrationItem item = items.get(0);
      Expect.equal("A delivery that passed others by was counted.", 1, item.deliveryCount());
      OrchestrationCode code = codes.get(n);
      handle.turn(item).metadata(with -> with.name(code.name()).version(code.version())).apply();
      Snapshot before = store.snapshot(others.toArray(String[]::new));
      Expect.none("An instance was delivered again after its turn.", fetch(handle, codes.get(n)));
      store.expectUnchanged("A fetch changed instances that it passed by.", before);
    }
    store.second().fetchNone("Something is left.");
  }

  /**
   * The code is that of the row, and of the first start only where there is no row.
   *
   * <p><b>Shape:</b> an instance with a row and a queued start of another name; one that was acked
   * without a name and has two queued starts; one that was acked without a name and has a plain
   * message only, which every filter lets pass.
   */
  @Rule("FETCH-16")
  void theCodeIsThatOfTheItem(StoreUnderTest store) {
    Handle first = store.first();
    first.start("row");
    first.turn(first.fetchOne("row")).name("named").version("7").apply();
    rowless(first, "starts");
    rowless(first, "nameless");
    first.enqueue(Sample.start("row", "another", "1"));
    first.enqueue(Sample.start("starts", "first", "1"));
    first.enqueue(Sample.start("starts", "second", "1"));
    first.poke("nameless");

    expectGiven(first, code("another", "1"), "nameless");
    expectGiven(first, code("named", "7"), "row", "nameless");
    expectGiven(first, code("second", "1"), "nameless");
    expectGiven(first, code("first", "1"), "starts", "nameless");
    expectGiven(first, code("nobody", null), "nameless");
  }

  /** Lets an instance be known without a row. */
  private static void rowless(Handle first, String id) {
    first.start(id);
    first.turn(first.fetchOne(id)).event(1).apply();
  }

  private static void expectGiven(Handle first, OrchestrationCode code, String... ids) {
    List<OrchestrationItem> items = fetch(first, code);
    Expect.equal(
        "A fetch for " + code + " did not get the instances whose items have that code or no name.",
        new TreeSet<>(List.of(ids)),
        new TreeSet<>(ids(items)));
    items.forEach(item -> first.abandon(item, AbandonOptions.now().uncounted()));
  }

  /**
   * What is passed by hides nobody behind it, keeps its place and its count.
   *
   * <p><b>Shape:</b> more than a thousand ready instances of other code, then one that is served: a
   * fetch with max 1 gets that one, and the next one nothing; time moves, another instance becomes
   * ready; a fetch without a filter gets the oldest one first, with count 1.
   */
  @Rule("FETCH-16")
  void whatIsPassedByHidesNobodyAndKeepsItsPlace(StoreUnderTest store) {
    Handle first = store.first();
    List<OrchestratorMessage> ahead = new ArrayList<>();
    first.enqueue(Sample.start("oldest", "other", "1"));
    store.moveTime(store.tick());
    for (int n = 0; n < AHEAD; n++) {
      ahead.add(Sample.start("ahead-" + n, "other", "1"));
    }
    first.provider().enqueueAll(ahead);
    store.moveTime(store.tick());
    first.enqueue(Sample.start("served", "flow", "1"));
    OrchestrationFetch one = OrchestrationFetch.of(1, store.lockFor());

    List<OrchestrationItem> items = first.fetch(one.withServed(Set.of(code("flow", "1"))));
    Expect.equal(
        "An instance is hidden by others that are not served.", List.of("served"), ids(items));
    first.finish(items.get(0));
    Expect.none(
        "An instance was delivered that is not served.",
        store.second().fetch(one.withServed(Set.of(code("flow", "1")))));
    store.moveTime(store.lockFor());
    first.enqueue(Sample.start("youngest", "other", "1"));

    OrchestrationItem earlier = store.second().fetchOne("oldest");
    Expect.equal("What was passed by was counted.", 1, earlier.deliveryCount());
  }

  /**
   * A thousand codes are taken, and an empty set is refused.
   *
   * <p><b>Shape:</b> a set of 1,000 codes with and without the right one; an empty set.
   */
  @Rule("FETCH-16")
  void aThousandCodesAreTaken(StoreUnderTest store) {
    Handle first = store.first();
    first.enqueue(Sample.start("order", "flow", "1"));
    Set<OrchestrationCode> many = new HashSet<>();
    for (int n = 1; n < CODES; n++) {
      many.add(code("code with a name of some length, number " + n, n % 3 == 0 ? null : "v" + n));
    }
    OrchestrationFetch fetch = OrchestrationFetch.of(Handle.ALL, store.lockFor());
    Expect.none(
        "An instance was delivered that is not served.", first.fetch(fetch.withServed(many)));
    many.add(code("flow", "1"));
    Expect.equal(
        "An instance is not delivered to a fetch for many codes.",
        List.of("order"),
        ids(first.fetch(fetch.withServed(many))));
    Expect.invalid(
        "A fetch for no code was accepted.", () -> first.fetch(fetch.withServed(Set.of())));
  }

  /**
   * A waiting fetch goes on waiting while others' work comes, and gets its own in time.
   *
   * <p><b>Shape:</b> a fetch for one code waits on B; starts of other code come through A and B; it
   * waits on; a start of its code comes through A: delivered within the bound. The others are there
   * with count 1.
   */
  @Rule("FETCH-16")
  void aWaitingFetchGetsItsOwnWork(StoreUnderTest store) {
    OrchestrationFetch fetch =
        Waiters.waiting(store, Waiters.longWait(store)).withServed(Set.of(code("flow", null)));
    try (Parked<List<OrchestrationItem>> waiting =
        Parked.call(store.pace(), () -> store.second().fetch(fetch))) {
      store.first().enqueue(Sample.start("other-1", "other", null));
      store.second().enqueue(Sample.start("other-2", "flow", "1"));
      store.first().enqueue(Sample.start("order", "flow", null));
      Expect.equal(
          "A waiting fetch was not given the instance that is served.",
          List.of("order"),
          ids(
              waiting.within(
                  "A waiting fetch was not woken within the bound by what it serves.",
                  Waiters.bound(store))));
    }
    List<OrchestrationItem> others = store.first().fetch(Handle.ALL);
    Expect.equal(
        "What a waiting fetch passed by is not there.",
        Set.of("other-1", "other-2"),
        Set.copyOf(ids(others)));
    others.forEach(item ->
        Expect.equal("What a waiting fetch passed by was counted.", 1, item.deliveryCount()));
  }

  /**
   * Work that comes back is found by a fetch that has passed it by, or its place, before.
   *
   * <p><b>Shape:</b> fetches for one code find nothing, again and again, while an instance of that
   * code is locked, delayed, waits for a timer, or has not got its first turn; each time the next
   * fetch finds it once it is ready.
   */
  @Rule("FETCH-16")
  void whatBecomesReadyLaterIsFound(StoreUnderTest store) {
    Handle first = store.first();
    Handle later = store.second();
    OrchestrationCode mine = code("flow", "1");
    List<OrchestratorMessage> ahead = new ArrayList<>();
    for (int n = 0; n < CALLERS; n++) {
      ahead.add(Sample.start("ahead-" + n, "other", "1"));
    }
    first.provider().enqueueAll(ahead);
    first.enqueue(Sample.start("order", "flow", "1"));
    OrchestrationItem earlier = only(fetch(first, mine));
    expectNothingTwice(first, mine);
    store.moveTime(store.lockFor());
    OrchestrationItem again = only(fetch(first, mine));
    Expect.equal("A delivery was not counted.", earlier.deliveryCount() + 1, again.deliveryCount());
    first.abandon(again, AbandonOptions.after(store.lockFor()));
    expectNothingTwice(first, mine);
    store.moveTime(store.lockFor());
    OrchestrationItem delayed = only(fetch(first, mine));
    first.turn(delayed).name("flow").version("1").apply();
    expectNothingTwice(first, mine);
    first.timer("order", store.lockFor());
    expectNothingTwice(first, mine);
    store.moveTime(store.lockFor());
    first.finish(only(fetch(first, mine)));
    expectNothingTwice(first, mine);
    later.poke("order");
    OrchestrationItem held = only(fetch(first, mine));
    expectNothingTwice(first, mine);
    later.poke("order");
    later.finish(held);
    first.abandon(only(fetch(first, mine)));
    first.finish(only(fetch(later, mine)));
    Expect.equal(
        "What was passed by is not there.", (long) CALLERS, (long) later.fetch(Handle.ALL).size());
  }

  private static void expectNothingTwice(Handle handle, OrchestrationCode code) {
    for (int i = 0; i < 2; i++) {
      Expect.none("An instance was delivered that is not ready.", fetch(handle, code));
    }
  }

  private static OrchestrationItem only(List<OrchestrationItem> items) {
    Expect.equal("The instance that is served is not delivered.", List.of("order"), ids(items));
    return items.get(0);
  }

  /**
   * Callers with different code fetch together, and each gets its own.
   *
   * <p><b>Shape:</b> in each round there is one instance for each of six callers, who fetch
   * together, each for its own code; each gets exactly its own.
   */
  @Rule("FETCH-16")
  void callersWithDifferentCodeDoNotStandInEachOthersWay(StoreUnderTest store) {
    List<Handle> handles = store.newHandles(CALLERS);
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 0; overlap.goesOn(); round++) {
      List<String> expected = new ArrayList<>();
      for (int n = 0; n < CALLERS; n++) {
        String id = "round-" + round + "-" + n;
        store.first().enqueue(Sample.start(id, "flow-" + n, null));
        expected.add(id);
      }
      List<List<OrchestrationItem>> answers =
          overlap.times(CALLERS, n -> fetch(handles.get(n), code("flow-" + n, null)));
      Expect.equal(
          "Callers with different code did not each get their own instance.",
          expected,
          answers.stream().flatMap(items -> ids(items).stream()).toList());
      answers.forEach(items -> items.forEach(store.first()::finish));
    }
    overlap.expectSeen();
  }

  private static OrchestrationCode code(String name, @Nullable String version) {
    return new OrchestrationCode(name, version);
  }

  private static List<OrchestrationItem> fetch(Handle handle, OrchestrationCode... codes) {
    return handle.fetch(
        OrchestrationFetch.of(Handle.ALL, handle.lockFor()).withServed(Set.of(codes)));
  }

  private static List<String> ids(List<OrchestrationItem> items) {
    return items.stream().map(OrchestrationItem::instanceId).toList();
  }
}
