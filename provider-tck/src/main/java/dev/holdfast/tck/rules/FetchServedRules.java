// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Overlap;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> are name and version compared as one pair? is an absent version
   * taken for any? is the comparison exact?
   */
  @Rule("FETCH-16")
  void onlyWhatIsServedIsDelivered(StoreUnderTest s) {
    Handle a = s.a();
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
      a.enqueue(Sample.start("new-" + n, codes.get(n).name(), codes.get(n).version()));
    }
    expectEachByItsCode(s, codes, "new-");
    for (int n = 0; n < codes.size(); n++) {
      a.poke("new-" + n);
    }
    expectEachByItsCode(s, codes, "new-");
  }

  private static void expectEachByItsCode(
      StoreUnderTest s, List<OrchestrationCode> codes, String prefix) {
    String[] ids =
        IntStream.range(0, codes.size()).mapToObj(n -> prefix + n).toArray(String[]::new);
    Expect.none(
        "An instance was delivered that has none of the served names.",
        fetch(s.a(), code("nobody", "1"), code("flow", "3"), code("nobody", null)));
    for (int n = 0; n < codes.size(); n++) {
      Set<String> others = new HashSet<>(Set.of(ids));
      for (int done = 0; done <= n; done++) {
        others.remove(prefix + done);
      }
      Handle handle = n % 2 == 0 ? s.a() : s.b();
      List<OrchestrationItem> items = fetch(handle, codes.get(n));
      Expect.equal(
          "A fetch did not get exactly the instance with " + codes.get(n) + ".",
          List.of(prefix + n),
          ids(items));
      OrchestrationItem item = items.get(0);
      Expect.equal("A delivery that passed others by was counted.", 1, item.attemptCount());
      OrchestrationCode code = codes.get(n);
      handle.turn(item).metadata(with -> with.name(code.name()).version(code.version())).apply();
      Snapshot before = s.snapshot(others.toArray(String[]::new));
      Expect.none("An instance was delivered again after its turn.", fetch(handle, codes.get(n)));
      s.expectUnchanged("A fetch changed instances that it passed by.", before);
    }
    s.b().fetchNone("Something is left.");
  }

  /**
   * The code is that of the row, and of the first start only where there is no row.
   *
   * <p><b>Shape:</b> an instance with a row and a queued start of another name; one that was acked
   * without a name and has two queued starts; one that was acked without a name and has a plain
   * message only, which every filter lets pass.
   *
   * <p><b>If this fails, check:</b> does the filter look at the code that the item carries? is an
   * item without a name passed by for ever?
   */
  @Rule("FETCH-16")
  void theCodeIsThatOfTheItem(StoreUnderTest s) {
    Handle a = s.a();
    a.start("row");
    a.turn(a.fetchOne("row")).name("named").version("7").apply();
    rowless(a, "starts");
    rowless(a, "nameless");
    a.enqueue(Sample.start("row", "another", "1"));
    a.enqueue(Sample.start("starts", "first", "1"));
    a.enqueue(Sample.start("starts", "second", "1"));
    a.poke("nameless");

    expectGiven(a, code("another", "1"), "nameless");
    expectGiven(a, code("named", "7"), "row", "nameless");
    expectGiven(a, code("second", "1"), "nameless");
    expectGiven(a, code("first", "1"), "starts", "nameless");
    expectGiven(a, code("nobody", null), "nameless");
  }

  /** Lets an instance be known without a row. */
  private static void rowless(Handle a, String id) {
    a.start(id);
    a.turn(a.fetchOne(id)).event(1).apply();
  }

  private static void expectGiven(Handle a, OrchestrationCode code, String... ids) {
    List<OrchestrationItem> items = fetch(a, code);
    Expect.equal(
        "A fetch for " + code + " did not get the instances whose items have that code or no name.",
        new TreeSet<>(List.of(ids)),
        new TreeSet<>(ids(items)));
    items.forEach(item -> a.abandon(item, Abandonment.now().uncounted()));
  }

  /**
   * What is passed by hides nobody behind it, keeps its place and its count.
   *
   * <p><b>Shape:</b> more than a thousand ready instances of other code, then one that is served: a
   * fetch with max 1 gets that one, and the next one nothing; time moves, another instance becomes
   * ready; a fetch without a filter gets the oldest one first, with count 1.
   *
   * <p><b>If this fails, check:</b> is the limit applied before the filter? does a look that ends
   * after so many candidates go on behind them? is what was passed by locked and given back?
   */
  @Rule("FETCH-16")
  void whatIsPassedByHidesNobodyAndKeepsItsPlace(StoreUnderTest s) {
    Handle a = s.a();
    List<OrchestratorMessage> ahead = new ArrayList<>();
    a.enqueue(Sample.start("oldest", "other", "1"));
    s.moveTime(s.tick());
    for (int n = 0; n < AHEAD; n++) {
      ahead.add(Sample.start("ahead-" + n, "other", "1"));
    }
    a.provider().enqueueAll(ahead);
    s.moveTime(s.tick());
    a.enqueue(Sample.start("served", "flow", "1"));
    OrchestrationFetch one = OrchestrationFetch.of(1, s.lockFor());

    List<OrchestrationItem> items = a.fetch(one.withServed(Set.of(code("flow", "1"))));
    Expect.equal(
        "An instance is hidden by others that are not served.", List.of("served"), ids(items));
    a.finish(items.get(0));
    Expect.none(
        "An instance was delivered that is not served.",
        s.b().fetch(one.withServed(Set.of(code("flow", "1")))));
    s.moveTime(s.lockFor());
    a.enqueue(Sample.start("youngest", "other", "1"));

    OrchestrationItem first = s.b().fetchOne("oldest");
    Expect.equal("What was passed by was counted.", 1, first.attemptCount());
  }

  /**
   * A thousand codes are taken, and an empty set is refused.
   *
   * <p><b>Shape:</b> a set of 1,000 codes with and without the right one; an empty set.
   *
   * <p><b>If this fails, check:</b> is there a limit on the parameters of a statement, or on its
   * length?
   */
  @Rule("FETCH-16")
  void aThousandCodesAreTaken(StoreUnderTest s) {
    Handle a = s.a();
    a.enqueue(Sample.start("order", "flow", "1"));
    Set<OrchestrationCode> many = new HashSet<>();
    for (int n = 1; n < CODES; n++) {
      many.add(code("code with a name of some length, number " + n, n % 3 == 0 ? null : "v" + n));
    }
    OrchestrationFetch fetch = OrchestrationFetch.of(Handle.ALL, s.lockFor());
    Expect.none("An instance was delivered that is not served.", a.fetch(fetch.withServed(many)));
    many.add(code("flow", "1"));
    Expect.equal(
        "An instance is not delivered to a fetch for many codes.",
        List.of("order"),
        ids(a.fetch(fetch.withServed(many))));
    Expect.invalid("A fetch for no code was accepted.", () -> a.fetch(fetch.withServed(Set.of())));
  }

  /**
   * A waiting fetch goes on waiting while others' work comes, and gets its own in time.
   *
   * <p><b>Shape:</b> a fetch for one code waits on B; starts of other code come through A and B; it
   * waits on; a start of its code comes through A: delivered within the bound. The others are there
   * with count 1.
   *
   * <p><b>If this fails, check:</b> does a wake-up without an item end the wait? is the signal of
   * the right work lost because the last look found only others?
   */
  @Rule("FETCH-16")
  void aWaitingFetchGetsItsOwnWork(StoreUnderTest s) {
    OrchestrationFetch fetch =
        Waiters.waiting(s, Waiters.longWait(s)).withServed(Set.of(code("flow", null)));
    try (Parked<List<OrchestrationItem>> waiting =
        Parked.call(s.pace(), () -> s.b().fetch(fetch))) {
      s.a().enqueue(Sample.start("other-1", "other", null));
      s.b().enqueue(Sample.start("other-2", "flow", "1"));
      s.a().enqueue(Sample.start("order", "flow", null));
      Expect.equal(
          "A waiting fetch was not given the instance that is served.",
          List.of("order"),
          ids(
              waiting.within(
                  "A waiting fetch was not woken within the bound by what it serves.",
                  Waiters.bound(s))));
    }
    List<OrchestrationItem> others = s.a().fetch(Handle.ALL);
    Expect.equal(
        "What a waiting fetch passed by is not there.",
        Set.of("other-1", "other-2"),
        Set.copyOf(ids(others)));
    others.forEach(item ->
        Expect.equal("What a waiting fetch passed by was counted.", 1, item.attemptCount()));
  }

  /**
   * Work that comes back is found by a fetch that has passed it by, or its place, before.
   *
   * <p><b>Shape:</b> fetches for one code find nothing, again and again, while an instance of that
   * code is locked, delayed, waits for a timer, or has not got its first turn; each time the next
   * fetch finds it once it is ready.
   *
   * <p><b>If this fails, check:</b> is remembered how far the last look went, and forgotten when
   * something becomes ready behind that mark, by a lock end, a delay, a timer or another handle?
   */
  @Rule("FETCH-16")
  void whatBecomesReadyLaterIsFound(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    OrchestrationCode mine = code("flow", "1");
    List<OrchestratorMessage> ahead = new ArrayList<>();
    for (int n = 0; n < CALLERS; n++) {
      ahead.add(Sample.start("ahead-" + n, "other", "1"));
    }
    a.provider().enqueueAll(ahead);
    a.enqueue(Sample.start("order", "flow", "1"));
    OrchestrationItem first = only(fetch(a, mine));
    expectNothingTwice(a, mine);
    s.moveTime(s.lockFor());
    OrchestrationItem again = only(fetch(a, mine));
    Expect.equal("A delivery was not counted.", first.attemptCount() + 1, again.attemptCount());
    a.abandon(again, Abandonment.after(s.lockFor()));
    expectNothingTwice(a, mine);
    s.moveTime(s.lockFor());
    OrchestrationItem delayed = only(fetch(a, mine));
    a.turn(delayed).name("flow").version("1").apply();
    expectNothingTwice(a, mine);
    a.timer("order", s.lockFor());
    expectNothingTwice(a, mine);
    s.moveTime(s.lockFor());
    a.finish(only(fetch(a, mine)));
    expectNothingTwice(a, mine);
    b.poke("order");
    OrchestrationItem held = only(fetch(a, mine));
    expectNothingTwice(a, mine);
    b.poke("order");
    b.finish(held);
    a.abandon(only(fetch(a, mine)));
    a.finish(only(fetch(b, mine)));
    Expect.equal(
        "What was passed by is not there.", (long) CALLERS, (long) b.fetch(Handle.ALL).size());
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
   *
   * <p><b>If this fails, check:</b> are rows that another caller looks at skipped as if they were
   * locked for good?
   */
  @Rule("FETCH-16")
  void callersWithDifferentCodeDoNotStandInEachOthersWay(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 0; overlap.goesOn(); round++) {
      List<String> expected = new ArrayList<>();
      for (int n = 0; n < CALLERS; n++) {
        String id = "round-" + round + "-" + n;
        s.a().enqueue(Sample.start(id, "flow-" + n, null));
        expected.add(id);
      }
      List<List<OrchestrationItem>> answers =
          overlap.times(CALLERS, n -> fetch(handles.get(n), code("flow-" + n, null)));
      Expect.equal(
          "Callers with different code did not each get their own instance.",
          expected,
          answers.stream().flatMap(items -> ids(items).stream()).toList());
      answers.forEach(items -> items.forEach(s.a()::finish));
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
