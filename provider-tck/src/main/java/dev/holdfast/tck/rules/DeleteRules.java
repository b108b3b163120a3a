// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.acked;
import static dev.holdfast.tck.rules.Admins.born;
import static dev.holdfast.tck.rules.Deletions.expectBusy;
import static dev.holdfast.tck.rules.Deletions.expectDeleted;
import static dev.holdfast.tck.rules.Deletions.expectGone;
import static dev.holdfast.tck.rules.Deletions.finished;
import static dev.holdfast.tck.rules.Deletions.running;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** What may be deleted, and what is left of it. */
@RuleFamily("DELETE")
final class DeleteRules {

  /**
   * Declared equals found.
   *
   * <p><b>Shape:</b> both handles, before and after work.
   */
  @Rule("DELETE-01")
  void deletionIsFoundWhereItIsDeclared(StoreUnderTest store) {
    expectDeclared(store);
    store.first().create("order");
    expectDeclared(store);
  }

  private static void expectDeclared(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "Declared and found differ.",
          handle.provider().info().declares(Feature.INSTANCE_DELETION),
          handle.provider().capability(InstanceDeletion.class).isPresent());
    }
  }

  /**
   * What has ended is deleted without force.
   *
   * <p><b>Shape:</b> one completed, one failed, one that failed by a message to cancel it.
   */
  @Rule("DELETE-02")
  void whatHasEndedIsDeleted(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    finished(first, "completed");
    born(first, "failed", turn -> turn.event(1).status(ExecutionStatus.FAILED));
    born(first, "cancelled", turn -> turn);
    acked(first, "cancelled", turn -> turn.event(1).status(ExecutionStatus.FAILED));
    for (String id : List.of("completed", "failed", "cancelled")) {
      expectDeleted(
          "The counts are wrong.", new Counts(1, 1, 1, 0, 0), deletion.delete(List.of(id), false));
      expectGone(store, id);
    }
  }

  /**
   * Nothing is left.
   *
   * <p><b>Shape:</b> an instance with two executions, a custom status where that is declared,
   * messages, a timer, activities of which one is locked, and a lock of its own; every question on
   * both handles, the rows, the metrics and the depths.
   */
  @Rule("DELETE-03")
  void nothingIsLeft(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    InstanceAdmin admin = store.admin();
    finished(first, "other");
    StoreMetrics metrics = admin.metrics();
    QueueDepths depths = admin.queueDepths();
    fill(store, "order");
    first.fetchOne("order");
    deletion.delete(List.of("order"), true);
    expectGone(store, "order");
    Expect.equal("The metrics count what was deleted.", metrics, admin.metrics());
    Expect.equal("The queues count what was deleted.", depths, admin.queueDepths());
    Deletions.expectLeft(store, "Another instance is gone.", "other");
  }

  /**
   * Two executions with three events, two messages of which one is delayed, two activities of which
   * one is locked.
   */
  private static void fill(StoreUnderTest store, String id) {
    Handle first = store.first();
    born(
        first,
        id,
        turn ->
            turn.event(1)
                .status(ExecutionStatus.CONTINUED_AS_NEW)
                .send(Sample.start(id, Sample.NAME, null)));
    first
        .turn(first.fetchOne(id))
        .execution(2)
        .events(1, 2)
        .metadata(metadata -> {
          if (store.declares(Feature.CUSTOM_STATUS)) {
            metadata.customStatus(new CustomStatusChange.Set(Payload.utf8("half")));
          }
        })
        .activity(Sample.activity(id, 2, 1))
        .activity(Sample.activity(id, 2, 2))
        .apply();
    first.fetchActivity(1);
    first.poke(id);
    first.timer(id, store.lockFor());
  }

  /**
   * The counts are exact.
   *
   * <p><b>Shape:</b> a tree of three with known numbers of everything, and another instance; a
   * second deletion finds nothing.
   */
  @Rule("DELETE-04")
  void theCountsAreExact(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    finished(first, "other");
    finished(first, "child", turn -> turn.parent("order"));
    running(first, "grandchild", turn -> turn.parent("child"));
    fill(store, "order");
    expectDeleted(
        "The counts are wrong.",
        new Counts(3, 4, 5, 2, 2),
        deletion.delete(List.of("order"), true));
    for (String id : List.of("order", "child", "grandchild")) {
      Admins.notFound("It was deleted twice.", id, () -> deletion.delete(List.of(id), true));
    }
    Expect.equal(
        "The deletion of nothing counts something.",
        Deletions.NOTHING,
        deletion.delete(List.of(), true));
    Deletions.expectLeft(store, "Another instance is gone.", "other");
  }

  /**
   * A running instance is busy.
   *
   * <p><b>Shape:</b> refused while idle and while locked; the token in hand is acked.
   */
  @Rule("DELETE-05")
  void aRunningInstanceIsBusy(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    running(first, "order");
    expectBusy(store, "A running instance was deleted.", List.of("order"), "order");
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    expectBusy(store, "A locked instance was deleted.", List.of("order"), "order");
    first.turn(held).event(2).apply();
  }

  /**
   * Between two executions an instance runs.
   *
   * <p><b>Shape:</b> refused while the successor's message is queued and while it is locked; the
   * successor comes to life, and ends.
   */
  @Rule("DELETE-06")
  void betweenTwoExecutionsItRuns(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    born(
        first,
        "order",
        turn ->
            turn.event(1)
                .status(ExecutionStatus.CONTINUED_AS_NEW)
                .send(Sample.start("order", Sample.NAME, null)));
    expectBusy(store, "Deleted with a queued successor.", List.of("order"), "order");
    OrchestrationItem held = first.fetchOne("order");
    expectBusy(store, "Deleted with a locked successor.", List.of("order"), "order");
    first.turn(held).execution(2).event(1).status(ExecutionStatus.COMPLETED).apply();
    Expect.equal("The successor has no history.", 1, first.history("order", 2).size());
    expectDeleted(
        "The counts are wrong.",
        new Counts(1, 2, 2, 0, 0),
        Deletions.of(first).delete(List.of("order"), false));
  }

  /**
   * With force running instances go, and finished ones without force, locked or not.
   *
   * <p><b>Shape:</b> a running one that is idle, one that is locked, a completed one whose late
   * message is queued, and one whose late message is locked; every call with a token of them is
   * lost.
   */
  @Rule("DELETE-07")
  void locksDoNotStandInTheWay(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    running(first, "idle");
    Expect.equal(
        "The counts are wrong.", new Counts(1, 1, 1, 0, 0), deletion.delete(List.of("idle"), true));
    running(first, "running");
    finished(first, "finished");
    for (String id : List.of("running", "finished")) {
      first.poke(id);
      OrchestrationItem held = first.fetchOne(id);
      Expect.equal(
          "The counts are wrong.",
          new Counts(1, 1, 1, 1, 0),
          deletion.delete(List.of(id), id.equals("running")));
      expectLost(first, held);
      expectLost(store.second(), held);
      expectGone(store, id);
    }
    finished(first, "late");
    first.poke("late");
    Expect.equal(
        "The counts are wrong.",
        new Counts(1, 1, 1, 1, 0),
        deletion.delete(List.of("late"), false));
    first.fetchNone("A message of a deleted instance was delivered.");
  }

  private static void expectLost(Handle handle, OrchestrationItem held) {
    handle.renewLost("A lock of a deleted instance was renewed.", held.lockToken());
    Expect.lockLost(
        "A lock of a deleted instance was given back.",
        () -> handle.provider().abandon(held.lockToken(), AbandonOptions.now()));
    handle.turn(held).event(2).reject("A turn of a deleted instance was acked.", LockLost.class);
  }

  /**
   * An unknown id is not found, and spares the others.
   *
   * <p><b>Shape:</b> alone, between two finished ones, ids that resemble a known one, a wrong id.
   */
  @Rule("DELETE-13")
  void anUnknownIdIsNotFound(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    finished(first, "order");
    finished(first, "other");
    var before = store.snapshot("order", "other");
    for (String id : List.of("unknown", "ORDER", "orde%", "orde_", "order ")) {
      for (boolean force : List.of(false, true)) {
        Admins.notFound(
            "An unknown id was deleted.", id, () -> deletion.delete(List.of(id), force));
        Admins.notFound(
            "A list with an unknown id was deleted.",
            id,
            () -> deletion.delete(List.of("order", id, "other"), force));
      }
    }
    Expect.invalid("A wrong id was accepted.", () -> deletion.delete(List.of("order", ""), true));
    store.expectUnchanged("A refused deletion has changed something.", before);
  }

  /**
   * An id without an instance runs.
   *
   * <p><b>Shape:</b> a queued start, an orphan message, a locked start, and an ack without a name:
   * refused, and gone with force, with nothing left to deliver.
   */
  @Rule("DELETE-14")
  void anIdWithoutAnInstanceRuns(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    QueueDepths depths = store.admin().queueDepths();

    first.start("start");
    expectForced(store, deletion, "start", new Counts(0, 0, 0, 1, 0));
    first.enqueue(Sample.message("orphan", "x"));
    expectForced(store, deletion, "orphan", new Counts(0, 0, 0, 1, 0));
    first.start("locked");
    OrchestrationItem held = first.fetchOne("locked");
    expectForced(store, deletion, "locked", new Counts(0, 0, 0, 1, 0));
    expectLost(first, held);
    first.start("nameless");
    first.turn(first.fetchOne("nameless")).event(1).activities(1).apply();
    expectForced(store, deletion, "nameless", new Counts(0, 1, 1, 0, 1));

    first.fetchNone("A deleted message was delivered.");
    first.fetchNoActivity("A deleted activity was delivered.");
    Expect.equal("The depths are not as before.", depths, store.admin().queueDepths());
    OrchestratorMessage start = first.start("orphan");
    Expect.equal(
        "A deleted message was delivered with a start.",
        1,
        first.fetchOne(start.instanceId()).messages().size());
  }

  private static void expectForced(
      StoreUnderTest store, InstanceDeletion deletion, String id, Counts counts) {
    expectBusy(store, "Deleted without force: " + id, List.of(id), id);
    Expect.equal("The counts are wrong.", counts, deletion.delete(List.of(id), true));
    expectGone(store, id);
  }

  /**
   * A list is all or nothing.
   *
   * <p><b>Shape:</b> three finished ones; three with a running one among them; the same with force;
   * one that is listed twice.
   */
  @Rule("DELETE-18")
  void aListIsAllOrNothing(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    List<String> ids = List.of("c", "a", "b");
    ids.forEach(id -> finished(first, id));
    Expect.equal("The counts are wrong.", new Counts(3, 3, 3, 0, 0), deletion.delete(ids, false));
    finished(first, "a");
    running(first, "b");
    finished(first, "c");
    expectBusy(store, "A list with a running instance was deleted.", ids, "b");
    Expect.equal("The counts are wrong.", new Counts(3, 3, 3, 0, 0), deletion.delete(ids, true));
    expectGone(store, "a", "b", "c");
    finished(first, "a");
    Expect.equal(
        "What is listed twice is counted twice.",
        new Counts(1, 1, 1, 0, 0),
        deletion.delete(List.of("a", "a"), false));
  }
}
