// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Questions change nothing, wait for nothing, and see one state. */
@RuleFamily("ADMIN")
final class AdminStateRules {

  private static final int TURNS = 60;

  /** Asks everything that can be asked about an instance and the store. */
  private static boolean askEverything(InstanceAdmin admin, String id) {
    Admins.all(admin, InstanceFilter.builder().minAttempts(1).build(), true, 1);
    Admins.all(admin, InstanceFilter.builder().rootsOnly().build(), false, 100);
    admin.instance(id);
    admin.execution(id, 1);
    admin.executions(id);
    admin.tree(id);
    admin.children(id);
    admin.parent(id);
    admin.stats(id);
    admin.facts(id);
    admin.metrics();
    admin.queueDepths();
    return true;
  }

  /**
   * Questions change nothing and wait for no lock.
   *
   * <p><b>Shape:</b> everything is asked on both handles while an instance and an activity are
   * locked and a fetch waits; nothing has changed, and the holders' acks are applied.
   */
  @Rule("ADMIN-29")
  void questionsChangeNothing(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    BothQueues held = BothQueues.locked(first);
    OrchestrationFetch waiting =
        OrchestrationFetch.of(1, store.lockFor()).withWaitUpTo(store.pace().prompt());
    Snapshot before = store.snapshot("order");
    try (Parked<List<OrchestrationItem>> fetch =
        Parked.call(store.pace(), () -> first.fetch(waiting))) {
      for (InstanceAdmin admin : Admins.both(store)) {
        Parked.beginning(() -> askEverything(admin, "order"))
            .within("Questions wait for a lock.", store.pace().prompt());
      }
      store.expectUnchanged("A question changed something.", before);
      Expect.none("A question made work deliverable.", fetch.answer());
    }
    held.finish(first);
    Expect.equal(
        "A question was counted as a delivery.", 1, first.fetchOne("order").deliveryCount());
  }

  /**
   * Each answer shows one committed state.
   *
   * <p><b>Shape:</b> a writer adds one event of one byte per turn and changes the status with it,
   * and where they are declared one byte of a key-value, while readers on both handles ask, until
   * each of them has seen several changes; the parts of one answer fit each other.
   */
  @Rule("ADMIN-30")
  void eachAnswerShowsOneState(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    born(first, "order", turn -> turn.events(List.of(oneByte(1))));
    boolean withValues = store.declares(Feature.KEY_VALUES);
    InstanceAdmin second = Admins.of(store.second());
    Witnesses.watch(
        TURNS,
        n -> write(first, withValues, n + 1),
        () -> readOnce(store.admin()),
        () -> readOnce(second));
  }

  /** Odd numbers of events mean that it runs. */
  private static void write(Handle handle, boolean withValues, int n) {
    handle.poke("order");
    KeyValueMutation[] bytes =
        withValues
            ? new KeyValueMutation[] {Values.set("key", "x".repeat(n))}
            : new KeyValueMutation[] {};
    handle
        .turn(handle.fetchOne("order"))
        .events(List.of(oneByte(n)))
        .metadata(Values.changes(bytes))
        .status(n % 2 == 0 ? ExecutionStatus.COMPLETED : ExecutionStatus.RUNNING)
        .output("output " + n)
        .apply();
  }

  private static HistoryEvent oneByte(long id) {
    return new HistoryEvent(id, "happened", Payload.utf8("x"), Sample.RECORDED_AT);
  }

  /** Asks once, and returns the number of events that it was told first. */
  private static long readOnce(InstanceAdmin admin) {
    InstanceStats stats = admin.stats("order");
    Expect.equal(
        "Number and size of events are of two moments.",
        stats.currentEvents(),
        stats.currentEventBytes());
    Expect.equal(
        "The current execution and all of them are of two moments.",
        stats.currentEvents(),
        stats.totalEvents());
    if (stats.keys() > 0) {
      Expect.equal(
          "Events and key-values are of two moments.", stats.totalEvents(), stats.keyBytes());
    }
    ExecutionDetails execution = admin.executions("order").get(0);
    Expect.equal(
        "Status and events are of two moments.",
        execution.eventCount() % 2 == 0,
        execution.status() == ExecutionStatus.COMPLETED);
    expectEnd(execution.status(), execution.completedAt() != null);
    if (execution.eventCount() > 1) {
      Expect.equal(
          "Output and events are of two moments.",
          Payload.utf8("output " + execution.eventCount()),
          execution.output());
    }
    InstanceSummary summary = admin.instance("order").summary();
    expectEnd(summary.status(), summary.completedAt() != null);
    Admins.all(admin, InstanceFilter.all(), false, 5)
        .forEach(row -> expectEnd(row.status(), row.completedAt() != null));
    return stats.totalEvents();
  }

  private static void expectEnd(ExecutionStatus status, boolean hasCompletionTime) {
    Expect.equal(
        "Status and completion time are of two moments.", status.isEnded(), hasCompletionTime);
  }

  /**
   * Payloads are never read.
   *
   * <p><b>Shape:</b> an event is damaged; everything is asked about its instance and another one.
   */
  @Rule("ADMIN-31")
  void payloadsAreNeverRead(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    born(first, "damaged", turn -> turn.events(1, 3));
    born(first, "sound", turn -> turn.events(1, 2));
    store.whiteBox().corrupt(RowKind.EVENT, "damaged");
    askEverything(admin, "damaged");
    askEverything(admin, "sound");
    Expect.equal(
        "A damaged instance is not listed.",
        List.of("damaged", "sound"),
        Admins.ids(admin, InstanceFilter.all()));
    Expect.equal("A damaged event is not counted.", 3L, admin.stats("damaged").totalEvents());
    Expect.equal("A damaged event is not counted.", 5L, admin.metrics().events());
  }
}
