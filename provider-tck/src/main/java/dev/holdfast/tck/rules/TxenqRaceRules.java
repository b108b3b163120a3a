// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Transactions of callers beside each other and beside workers. */
@RuleFamily("TXENQ")
final class TxenqRaceRules {

  private static final int CALLERS = 4;
  private static final int EACH = 8;
  private static final int INSTANCES = 3;
  private static final int KILLS = 3;
  private static final int MOST_LINES = 25;
  private static final int MOST_TRIES = 1_000;
  private static final Duration BETWEEN_TRIES = Duration.ofNanos(20_000);
  private static final int MOST_BETWEEN = 250;

  /**
   * Rows and starts are both there or both not, when the caller is killed.
   *
   * <p><b>Shape:</b> a child JVM writes rows and posts starts in one transaction each and is killed
   * after some of them, many rounds.
   */
  @Rule("TXENQ-04")
  void rowsAndStartsShareTheirFate(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    CrashTarget target = store.sharedCrashTarget();
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child = ChildJvm.start(target, Task.POST, "kill" + round + "-")) {
        child.tell(connections.jdbcUrl());
        child.tell(connections.table());
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          child.line("posted");
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    Set<String> started = new TreeSet<>();
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      Set<String> rows = caller.rows();
      caller.rollback();
      for (List<OrchestrationItem> items = store.first().fetch(Handle.ALL);
          !items.isEmpty();
          items = store.first().fetch(Handle.ALL)) {
        items.forEach(item -> started.add(item.instanceId()));
      }
      rows.removeAll(started);
      Expect.none("A row of the caller is there without its start.", rows);
      started.removeAll(caller.rows());
    }
    Expect.none("A start was delivered without the row of the caller.", started);
  }

  /**
   * A message keeps its place before what its caller sends later, also where its transaction
   * commits after a fetch.
   *
   * <p><b>Shape:</b> post; fetch the instance with another message; commit, and send once more;
   * what is fetched is given back, and comes again with both.
   */
  @Rule("TXENQ-05")
  void aLateCommitKeepsItsPlace(StoreUnderTest store) {
    CallersTransaction.requireSeveralWriters(store);
    Handle first = store.first();
    first.create("order");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      OrchestratorMessage posted = caller.post(Sample.message("order", "posted"));
      OrchestratorMessage other = first.poke("order");
      OrchestrationItem held = first.fetchOne("order");
      caller.commit();
      OrchestratorMessage sent = first.poke("order");
      store.second().fetchNone("An instance that is held was delivered.");
      first.abandon(held);
      List<OrchestratorMessage> came =
          new ArrayList<>(Batch.withoutDue(first.fetchOne("order").messages()));
      // Which of the two that were under way at once comes first is not said.
      came.removeAll(Batch.withoutDue(List.of(other)));
      Expect.equal(
          "What a caller posted and then sent did not come in this order.",
          Batch.withoutDue(List.of(posted, sent)),
          came);
    }
  }

  /**
   * A message whose transaction commits late is delivered.
   *
   * <p><b>Shape:</b> one transaction posts, another posts and commits and its message is acked,
   * then the first commits; for one instance and for two.
   */
  @Rule("TXENQ-06")
  void aLateCommitIsNotOverlooked(StoreUnderTest store) {
    CallersTransaction.requireSeveralWriters(store);
    Handle first = store.first();
    first.create("order");
    first.create("other");
    for (String second : List.of("order", "other")) {
      try (CallersTransaction late = CallersTransaction.begin(store);
          CallersTransaction early = CallersTransaction.begin(store, store.second())) {
        OrchestratorMessage ofLate = late.post(Sample.message("order", "late, beside " + second));
        deliver(first, committed(early, Sample.message(second, "early")));
        first.poke(second);
        OrchestrationItem held = first.fetchOne(second);
        late.commit();
        first.finish(held);
        deliver(store.second(), ofLate);
      }
    }
    first.fetchNone("A message came twice.");
  }

  private static OrchestratorMessage committed(
      CallersTransaction caller, OrchestratorMessage message) {
    caller.post(message);
    caller.commit();
    return message;
  }

  private static void deliver(Handle handle, OrchestratorMessage message) {
    OrchestrationItem item = handle.fetchOne(message.instanceId());
    Batch.expect("Not what was posted came.", item, message);
    handle.finish(item);
  }

  /**
   * Of many transactions beside workers no message is lost, and none comes twice.
   *
   * <p><b>Shape:</b> four callers post to three instances, some of them two messages at once, while
   * two handles fetch and ack until all have come.
   */
  @Rule("TXENQ-06")
  void noneIsLostAndNoneComesTwice(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    Handle second = store.second();
    for (int n = 0; n < INSTANCES; n++) {
      first.create("order-" + n);
    }
    List<String> sent = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      for (int n = 0; n < EACH; n++) {
        sent.add(body(caller, n));
      }
    }
    ConcurrentLinkedQueue<String> came = new ConcurrentLinkedQueue<>();
    AtomicInteger posting = new AtomicInteger(CALLERS);
    List<Callable<Boolean>> bodies = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int number = caller;
      bodies.add(() -> {
        try {
          return postAll(store, number % 2 == 0 ? first : second, number);
        } finally {
          posting.decrementAndGet();
        }
      });
    }
    for (Handle worker : List.of(first, second)) {
      bodies.add(() -> {
        while (posting.get() > 0) {
          drain(worker, came);
        }
        return true;
      });
    }
    Together.run(bodies);
    drain(first, came);
    Expect.equal("Not every message came once.", sorted(sent), sorted(new ArrayList<>(came)));
  }

  private static boolean postAll(StoreUnderTest store, Handle through, int caller) {
    try (CallersTransaction transaction = CallersTransaction.begin(store, through)) {
      for (int n = 0; n < EACH; n += 2) {
        for (int tries = 1; ; tries++) {
          try {
            transaction.post(Sample.message("order-" + (caller + n) % INSTANCES, body(caller, n)));
            transaction.post(
                Sample.message("order-" + (caller + n + 1) % INSTANCES, body(caller, n + 1)));
            break;
          } catch (StoreContention busy) {
            transaction.rollback();
            Expect.atMost("A transaction never gets its turn.", MOST_TRIES, tries);
            // Longer from time to time: who asks at once meets the same writer again.
            Waiting.realTime(BETWEEN_TRIES.multipliedBy(Math.min(tries, MOST_BETWEEN)));
          }
        }
        transaction.commit();
      }
      return true;
    }
  }

  private static String body(int caller, int n) {
    return caller + " posts " + n;
  }

  private static void drain(Handle worker, ConcurrentLinkedQueue<String> came) {
    for (List<OrchestrationItem> items = Contention.repeated(() -> worker.fetch(1));
        !items.isEmpty();
        items = Contention.repeated(() -> worker.fetch(1))) {
      OrchestrationItem item = items.get(0);
      Contention.repeated(() -> worker.turn(item).ack());
      item.messages().forEach(message -> came.add(text(message)));
    }
  }

  private static String text(OrchestratorMessage message) {
    return new String(message.body().toByteArray(), StandardCharsets.UTF_8);
  }

  private static List<String> sorted(List<String> some) {
    return some.stream().sorted().toList();
  }

  /**
   * A commit wakes a waiting fetch of any handle within the bound.
   *
   * <p><b>Shape:</b> park a fetch of the handle that posts, and one of the other; post and commit.
   */
  @Rule("TXENQ-07")
  void aCommitWakesAWaitingFetch(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    for (Handle waiter : List.of(store.first(), store.second())) {
      try (CallersTransaction caller = CallersTransaction.begin(store);
          Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, waiter)) {
        OrchestratorMessage message = Sample.message("order", "wakes " + store.nextNumber());
        committed(caller, message);
        List<OrchestrationItem> items =
            parked.within("A commit did not wake a waiting fetch.", Waiters.bound(store));
        Expect.equal("A waiting fetch ended without the item.", 1, items.size());
        Batch.expect("Not what was posted came.", items.get(0), message);
        waiter.finish(items.get(0));
      }
    }
  }

  /**
   * A rollback gives a waiting fetch nothing.
   *
   * <p><b>Shape:</b> as above, with a rollback; both fetches wait to their end.
   */
  @Rule("TXENQ-07")
  void aRollbackGivesAWaitingFetchNothing(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    Duration wait = Waiters.bound(store).multipliedBy(2);
    try (CallersTransaction caller = CallersTransaction.begin(store);
        Parked<List<OrchestrationItem>> first = Waiters.parkInstances(store, store.first(), wait);
        Parked<List<OrchestrationItem>> second =
            Waiters.parkInstances(store, store.second(), wait)) {
      caller.post(Sample.message("order", "undone"));
      caller.rollback();
      Expect.none("A message was delivered that was rolled back.", first.answer());
      Expect.none("A message was delivered that was rolled back.", second.answer());
    }
  }

  /**
   * Other calls succeed beside an open transaction, or when it has ended.
   *
   * <p><b>Shape:</b> with an open transaction: fetch, ack and renew of other instances, together;
   * then it ends and what met contention is made again.
   */
  @Rule("TXENQ-17")
  void otherCallsSucceedInTheEnd(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    first.create("held");
    first.create("renewed");
    first.poke("held");
    OrchestrationItem held = first.fetchOne("held");
    first.poke("renewed");
    OrchestrationItem renewed = first.fetchOne("renewed");
    first.start("ready");
    // A handle each: a store that lets one writer wait at a time would have them wait in turn.
    Handle third = store.newHandle();
    List<Callable<Boolean>> calls =
        List.of(
            () -> unlessBusy(() -> first.fetchOne("ready")),
            () -> unlessBusy(() -> store.second().finish(held)),
            () -> unlessBusy(() -> third.renew(renewed, store.lockFor())));
    List<Boolean> done;
    OrchestratorMessage message = Sample.start("order", Sample.NAME, Sample.VERSION);
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.post(message);
      done = Together.run(calls);
      caller.commit();
    }
    for (int i = 0; i < calls.size(); i++) {
      if (!done.get(i)) {
        int number = i;
        Expect.that(
            "A call meets contention when nothing is in its way any more.",
            Together.run(List.of(calls.get(number))).get(0));
      }
    }
    deliver(first, message);
  }

  private static boolean unlessBusy(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StoreContention busy) {
      return false;
    }
  }

  /**
   * An open transaction holds up no turn, and no other caller.
   *
   * <p><b>Shape:</b> with an open signal to an instance, on another handle: it is fetched, acked
   * and fetched again, and another transaction signals it; then the first commits.
   */
  @Rule("TXENQ-18")
  void anOpenTransactionHoldsUpNoTurn(StoreUnderTest store) {
    CallersTransaction.requireSeveralWriters(store);
    Handle worker = store.second();
    store.first().create("order");
    try (CallersTransaction open = CallersTransaction.begin(store)) {
      OrchestratorMessage late = open.post(Sample.message("order", "late"));
      try (Parked<Boolean> beside = Parked.call(store.pace(), () -> turnsBeside(store, worker))) {
        beside.within("An open transaction of a caller held up a turn.", Waiters.longWait(store));
      }
      open.commit();
      deliver(worker, late);
    }
  }

  private static boolean turnsBeside(StoreUnderTest store, Handle worker) {
    try (CallersTransaction other = CallersTransaction.begin(store, worker)) {
      worker.poke("order");
      worker.turn(worker.fetchOne("order")).event(1).apply();
      OrchestratorMessage early = committed(other, Sample.message("order", "early"));
      deliver(worker, early);
      worker.poke("order");
      worker.finish(worker.fetchOne("order"));
      worker.fetchNone("A message was delivered before its transaction had committed.");
    }
    return true;
  }
}
