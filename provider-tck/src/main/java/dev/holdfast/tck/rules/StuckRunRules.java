// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs that nothing in the store will move. */
@RuleFamily("RUN")
final class StuckRunRules {

  private static final int MANY = 90;
  private static final int ENDED = 60;

  private static List<String> stuck(Stated stated, Duration olderThan) {
    RunPage page = stated.reads().stuckRuns(olderThan, MANY, null);
    Expect.equal("A page that has everything has a token.", null, page.nextPageToken());
    return page.rows().stream().map(RunSummary::runId).toList();
  }

  /**
   * The list has exactly the runs that are running or recovering, and that were not changed for so
   * long.
   *
   * <p><b>Shape:</b> runs in every status; one whose row, one whose step was changed lately; an age
   * of exactly the time that has passed, one tick more, and zero; a negative one is refused.
   */
  @Rule("RUN-21")
  void theListHasWhatWasNotChanged(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    for (RunStatus status : RunStatus.values()) {
      a.run("run " + status, status);
    }
    RunSummary touched = a.create("touched");
    a.create("stepped");
    StepSummary step = a.step("stepped", "step", StepStatus.RUNNING);
    StepSummary other = a.step("run RUNNING", "step", StepStatus.RUNNING);
    Set<String> expected =
        new HashSet<>(Set.of("run RUNNING", "run RECOVERING", "touched", "stepped"));
    Expect.equal(
        "A new run is not stuck after no time.", expected, Set.copyOf(stuck(b, Duration.ZERO)));
    Duration age = store.lockFor().multipliedBy(2);
    Expect.equal("A run is stuck before its time.", List.of(), stuck(b, age.multipliedBy(1_000)));
    store.moveTime(age);
    Expect.equal("A run is not stuck at its time.", expected, Set.copyOf(stuck(b, age)));
    a.written(RunChange.of(touched).lastError("late").build());
    a.stepWritten(StepChange.of(step).lastError("late").build());
    expected.removeAll(Set.of("touched", "stepped"));
    Expect.equal("A run is stuck that was changed lately.", expected, Set.copyOf(stuck(b, age)));
    store.moveTime(store.lockFor());
    Expect.equal(
        "A run is stuck that was changed lately.",
        expected,
        Set.copyOf(stuck(b, store.lockFor().plus(store.lockFor().dividedBy(2)))));
    a.move(other, StepStatus.COMPLETED);
    Expect.equal(
        "A run is stuck whose step was changed lately.",
        List.of("run RECOVERING"),
        stuck(b, store.lockFor().multipliedBy(2)));
    Expect.invalid(
        "A negative age was accepted.", () -> a.reads().stuckRuns(Duration.ofNanos(-1), 1, null));
    Expect.equal(
        "Nothing is older than time.", List.of(), stuck(b, Duration.ofSeconds(Long.MAX_VALUE)));
  }

  /**
   * A change exactly so long ago counts, one tick less does not.
   *
   * <p><b>Shape:</b> a standing clock: a run and a step, each at the bound and one tick off.
   */
  @Rule("RUN-21")
  void theBoundIsInside(StoreUnderTest store) {
    store.standingClock();
    Stated a = Stated.first(store);
    a.create("order");
    store.moveTime(store.tick());
    a.step("order", "step", StepStatus.RUNNING);
    Duration age = store.lockFor();
    store.moveTime(age.minus(store.tick()));
    Expect.equal("A step one tick younger does not count.", List.of(), stuck(a, age));
    store.moveTime(store.tick());
    Expect.equal("A change exactly so long ago does not count.", List.of("order"), stuck(a, age));
  }

  /**
   * A run will be moved while its instance has a message or an activity, or a lease of its id is
   * live.
   *
   * <p><b>Shape:</b> each alone keeps it out, and its end brings it in: a message that is queued,
   * due later, in a locked batch, kept back by an abandon; an activity that is queued, locked and
   * delayed; a lease. An orphan keeps nothing out.
   */
  @Rule("RUN-22")
  void whatWillBeMovedIsNotStuck(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Handle handle = a.handle();
    a.create("order");
    expectStuck(store, "A run without an instance is not stuck.", true);
    handle.poke("order");
    expectStuck(store, "An orphan moves a run.", true);
    handle.start("order");
    expectStuck(store, "A start moves no run.", false);
    OrchestrationItem item = handle.fetchOne("order");
    expectStuck(store, "A locked batch moves no run.", false);
    handle.abandon(item, AbandonOptions.after(store.lockFor()));
    expectStuck(store, "A batch that is kept back moves no run.", false);
    store.moveTime(store.lockFor());
    handle.turn(handle.fetchOne("order")).name("order").activities(1).apply();
    expectStuck(store, "A queued activity moves no run.", false);
    ActivityItem activity = handle.fetchActivity(1);
    expectStuck(store, "A locked activity moves no run.", false);
    handle.renew(activity, store.lockFor().multipliedBy(20));
    store.moveTime(store.lockFor().multipliedBy(10));
    expectStuck(store, "A long activity moves no run.", false);
    handle.abandon(activity, AbandonOptions.after(store.lockFor()));
    expectStuck(store, "A delayed activity moves no run.", false);
    store.moveTime(store.lockFor());
    handle.complete(handle.fetchActivity(1));
    expectStuck(store, "A completion moves no run.", false);
    handle.turn(handle.fetchOne("order")).activities(2).apply();
    handle.timer("order", Duration.ofDays(100));
    handle.poke("order");
    handle.turn(handle.fetchOne("order")).cancel(Sample.activity("order", 2).identity()).apply();
    expectStuck(store, "A far timer moves no run.", false);
    a.create("other");
    handle.create("other");
    Expect.equal(
        "A run whose instance has nothing to do is not stuck.",
        List.of("other"),
        stuck(Stated.second(store), Duration.ZERO));
  }

  /**
   * A live lease of its id will move a run.
   *
   * <p><b>Shape:</b> acquired it keeps the run out, released or ended it brings it in.
   */
  @Rule("RUN-22")
  void aLeaseMovesARun(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    if (!store.declares(Feature.LEASES)) {
      expectStuck(store, "A run without anything is not stuck.", true);
      return;
    }
    Leases leases = Leased.first(store).calls();
    leases.acquire("other", "A", store.lockFor());
    expectStuck(store, "A lease of another name moves a run.", true);
    leases.acquire("order", "A", store.lockFor());
    expectStuck(store, "A live lease moves no run.", false);
    store.moveTime(store.lockFor());
    expectStuck(store, "An ended lease moves a run.", true);
  }

  private static void expectStuck(StoreUnderTest store, String what, boolean stuck) {
    Expect.equal(
        what, stuck ? List.of("order") : List.of(), stuck(Stated.second(store), Duration.ZERO));
  }

  /**
   * The list pages through any number of stuck runs, each once.
   *
   * <p><b>Shape:</b> more runs than a page has, some changed in one moment; others become stuck and
   * are recovered between the pages; the order is that of the last change, then of ids.
   */
  @Rule("RUN-23")
  void everyStuckRunIsListedOnce(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (int n = 0; n < MANY; n++) {
      a.create("run " + (n * 7_919) % MANY);
      if (n % 5 == 0) {
        store.moveTime(store.tick());
      }
    }
    store.moveTime(store.tick());
    List<RunSummary> whole = a.reads().stuckRuns(Duration.ZERO, MANY, null).rows();
    Expect.equal("A stuck run is missing.", MANY, whole.size());
    for (int i = 1; i < whole.size(); i++) {
      RunSummary one = whole.get(i - 1);
      RunSummary next = whole.get(i);
      int order = one.times().updatedAt().compareTo(next.times().updatedAt());
      Expect.that(
          "The list is not sorted by the last change, then by id.",
          order < 0 || (order == 0 && one.runId().compareTo(next.runId()) < 0));
    }
    List<String> seen = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      Expect.atMost("The pages do not come to an end.", MANY, ++pages);
      RunPage page = a.reads().stuckRuns(Duration.ZERO, 7, token);
      page.rows().forEach(run -> seen.add(run.runId()));
      token = page.nextPageToken();
      a.move(a.read(seen.get(seen.size() - 1)).summary(), RunStatus.PAUSED);
      if (pages < 5) {
        a.create("new " + pages);
      }
    } while (token != null);
    List<String> old = seen.stream().filter(id -> id.startsWith("run ")).toList();
    Expect.equal(
        "Paging missed, repeated or moved a run.",
        whole.stream().map(RunSummary::runId).toList(),
        old);
    Expect.invalid(
        "A page without rows was accepted.", () -> a.reads().stuckRuns(Duration.ZERO, 0, null));
    Expect.invalid(
        "A damaged token was accepted.", () -> a.reads().stuckRuns(Duration.ZERO, 7, "x"));
  }

  /**
   * A page is one statement, and costs the same beside many runs that are not stuck.
   *
   * <p><b>Shape:</b> on a warm handle a page of stuck runs, alone and beside ended, suspended,
   * paused and lately changed ones: as many statements and rows.
   */
  @Rule("RUN-24")
  void aPageIsOneStatement(StoreUnderTest store) {
    Stated a = Stated.first(store);
    StatementCounter counter = store.statements();
    for (int n = 0; n < 3; n++) {
      a.create("stuck " + n);
    }
    store.moveTime(store.lockFor());
    cost(a, counter, store);
    Traffic alone = cost(a, counter, store);
    for (int n = 0; n < ENDED; n++) {
      List<RunStatus> statuses =
          List.of(RunStatus.COMPLETED, RunStatus.SUSPENDED, RunStatus.PAUSED, RunStatus.RUNNING);
      a.run("other " + n, statuses.get(n % statuses.size()));
    }
    Traffic beside = cost(a, counter, store);
    Expect.equal("A page costs more beside runs that are not stuck.", alone, beside);
    if (counter.overNetwork()) {
      Expect.equal("A page needs several round trips.", 1L, beside.roundTrips());
    }
  }

  private static Traffic cost(Stated a, StatementCounter counter, StoreUnderTest store) {
    Traffic before = counter.soFar();
    Expect.equal(
        "The stuck runs are not listed.",
        3,
        a.reads().stuckRuns(store.lockFor().dividedBy(2), 10, null).rows().size());
    return counter.soFar().since(before);
  }
}
