// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Inboxes and cursors of runs that go. */
@RuleFamily("RUN")
final class RunInboxRules {

  private static final int ROUNDS = 8;
  private static final long ORDER = 7;

  private static final List<String> NEAR = List.of("orde", "order ", "Order", "order/step");

  private static boolean isDeclared(StoreUnderTest store) {
    Stated.requireDeclared(store);
    return store.declares(Feature.INBOX);
  }

  private static InboxKey other(String runId) {
    return new InboxKey(runId, "another step", "another port");
  }

  /** A pending, a locked and a consumed message, one of another key, and a cursor. */
  private static InboxItem furnish(StoreUnderTest store, String runId) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key(runId);
    a.fill(key, 3);
    a.consume(ConsumeInbox.of(a.fetchOne(key)));
    a.fill(other(runId), 1);
    triggers(store).ifPresent(triggers -> triggers.deliver(delivery(runId)));
    return a.calls().fetch(key, 1, a.lasting().multipliedBy(100)).get(0);
  }

  private static long messages(StoreUnderTest store) {
    return store.declares(Feature.TRIGGERS) ? 5 : 4;
  }

  private static Optional<Triggers> triggers(StoreUnderTest store) {
    return store.declares(Feature.TRIGGERS)
        ? store.first().provider().capability(Triggers.class)
        : Optional.empty();
  }

  private static DeliverTrigger delivery(String runId) {
    return new DeliverTrigger(
        runId,
        "source",
        Inboxed.message("input"),
        new Cursor(ORDER, "page 7"),
        Sample.message(runId, "wake up"));
  }

  private static List<Object> snapshot(StoreUnderTest store, String... runIds) {
    List<Object> all = new ArrayList<>();
    for (String runId : runIds) {
      all.add(
          Inboxed.first(store)
              .snapshot(
                  Inboxed.key(runId), other(runId), new InboxKey(runId, "source", Triggers.PORT)));
      triggers(store).ifPresent(triggers -> all.add(triggers.cursor(runId, "source")));
    }
    return all;
  }

  private static void expectGone(StoreUnderTest store, String runId, InboxItem locked) {
    String what = "An inbox of a deleted run is left.";
    for (Inboxed inbox : List.of(Inboxed.first(store), Inboxed.second(store))) {
      Expect.equal(what, List.of(), inbox.calls().counts(runId));
      Expect.equal(what, List.of(), inbox.pending(Inboxed.key(runId)));
      Expect.equal(what, Optional.empty(), inbox.calls().message(Inboxed.key(runId), 1));
      expectLost(inbox, locked.lockToken());
      inbox.refused(what, NotFound.class, ConsumeInbox.of(locked));
    }
    triggers(store)
        .ifPresent(triggers ->
            Expect.equal(
                "A cursor of a deleted run is left.",
                Optional.empty(),
                triggers.cursor(runId, "source")));
  }

  private static void expectLost(Inboxed inbox, InboxToken token) {
    String what = "A lock outlived the run of its message.";
    Expect.equal(what, Set.of(), inbox.calls().renew(List.of(token), inbox.lasting()));
    Expect.lockLost(what, () -> inbox.calls().abandon(token));
    Expect.lockLost(what, () -> inbox.changes().apply(List.of(), token));
  }

  /**
   * DeleteRun removes the inboxes and cursors of its run, and no others.
   *
   * <p><b>Shape:</b> every status: pending, locked and consumed messages of two keys, and a cursor;
   * counts; the lock is lost; what is appended then begins with number 1, and the old token is not
   * good for it; runs whose ids resemble it keep theirs, and so does a run that is not ended.
   */
  @Rule("RUN-26")
  void inboxesGoWithTheirRun(StoreUnderTest store) {
    if (!isDeclared(store)) {
      return;
    }
    Stated stated = Stated.first(store);
    Inboxed a = Inboxed.first(store);
    String[] near = NEAR.toArray(String[]::new);
    NEAR.forEach(id -> furnish(store, id));
    List<Object> others = snapshot(store, near);
    for (RunStatus status : RunStatus.values()) {
      // Before the run is final: a final one takes no input.
      InboxItem locked = furnish(store, "order");
      RunSummary run = stated.run("order", status);
      stated.step("order", "step", StepStatus.RUNNING);
      if (!status.isEnded()) {
        List<Object> before = snapshot(store, "order");
        stated.refused(
            "A run was deleted that is " + status,
            InstanceBusy.class,
            new DeleteRun("order", run.version()));
        Expect.equal("A refused deletion changed an inbox.", before, snapshot(store, "order"));
        run = stated.move(run, RunStatus.CANCELLED);
      }
      Expect.equal(
          "A deletion counts something else.",
          List.<ChangeResult>of(new RunDeleted(1, messages(store))),
          stated.apply(new DeleteRun("order", run.version())));
      expectGone(store, "order", locked);
      InboxKey key = Inboxed.key("order");
      Expect.equal("A number outlived its run.", 1L, a.add(key, "m2"));
      Expect.equal("A number outlived its run.", 2L, a.add(key, "m1"));
      expectLost(a, locked.lockToken());
      a.refused("A token outlived its run.", LockLost.class, ConsumeInbox.of(locked));
      run = stated.run("order", RunStatus.FAILED);
      Expect.equal(
          "A deletion counts something else.",
          List.<ChangeResult>of(new RunDeleted(0, 2)),
          stated.apply(new DeleteRun("order", run.version())));
    }
    Expect.equal(
        "The deletion of a run took the inbox of another one.", others, snapshot(store, near));
  }

  /**
   * What is in flight when a run is deleted brings nothing back.
   *
   * <p><b>Shape:</b> a consume, an append and the deletion together, many rounds: an append that
   * was first has gone with the others, and one behind it has number 1 and stands alone.
   */
  @Rule("RUN-26")
  void whatIsInFlightBringsNoMessageBack(StoreUnderTest store) {
    if (!isDeclared(store)) {
      return;
    }
    Stated a = Stated.first(store);
    Inboxed b = Inboxed.second(store);
    Inboxed c = Inboxed.of(store.newHandle());
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.FAILED);
      InboxItem locked = furnish(store, id);
      InboxAppended[] appended = new InboxAppended[1];
      Together.all(
          () -> Contention.repeated(() -> a.apply(new DeleteRun(id, run.version()))),
          () -> consume(b, locked),
          () ->
              appended[0] =
                  Contention.repeated(
                      () -> c.calls().append(Inboxed.append(Inboxed.key(id), "late"))));
      if (appended[0].sequence() == 1) {
        Expect.equal("Something came back with a new message.", 1, b.calls().counts(id).size());
        Expect.equal(
            "Something came back with a new message.", List.of(1L), b.pending(Inboxed.key(id)));
      } else {
        Expect.equal("An append has another number.", 4L, appended[0].sequence());
        expectGone(store, id, locked);
      }
    }
  }

  private static void consume(Inboxed inbox, InboxItem item) {
    try {
      Contention.repeated(() -> inbox.calls().consume(ConsumeInbox.of(item)));
    } catch (NotFound | LockLost | IllegalTransition late) {
      // The run was deleted before.
    }
  }

  private static void requireDeletion(StoreUnderTest store) {
    if (!store.declares(Feature.INSTANCE_DELETION)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_DELETION.name());
    }
  }

  /**
   * Deleting an instance deletes the inboxes and cursors of its id, for every member of the tree.
   *
   * <p><b>Shape:</b> a tree of three, of which one has no run, deleted by force, and one in bulk;
   * others keep theirs; pruning leaves all of it alone.
   */
  @Rule("RUN-27")
  void anInstanceTakesItsInboxesAlong(StoreUnderTest store) {
    if (!isDeclared(store)) {
      return;
    }
    requireDeletion(store);
    Stated stated = Stated.first(store);
    Handle handle = store.first();
    Deletions.running(handle, "root");
    Deletions.running(handle, "child", turn -> turn.parent("root"));
    Deletions.running(handle, "grandchild", turn -> turn.parent("child"));
    Deletions.running(handle, "order");
    stated.create("root");
    stated.create("grandchild");
    List<String> tree = List.of("root", "child", "grandchild");
    List<InboxItem> locked = tree.stream().map(id -> furnish(store, id)).toList();
    furnish(store, "order");
    NEAR.forEach(id -> furnish(store, id));
    String[] others = {"order", NEAR.get(0), NEAR.get(1), NEAR.get(2), NEAR.get(3)};
    List<Object> before = snapshot(store, others);
    Deletions.of(handle).delete(List.of("root"), true);
    for (int n = 0; n < tree.size(); n++) {
      expectGone(store, tree.get(n), locked.get(n));
    }
    Expect.equal("A deletion took the inbox of another id.", before, snapshot(store, others));
    handle
        .provider()
        .capability(ExecutionPruning.class)
        .ifPresent(pruning -> pruning.prune("order", ExecutionPruning.Options.keepLast(1)));
    Expect.equal("Pruning changed an inbox.", before, snapshot(store, others));

    ChangeCarrier.takeAll(handle);
    Deletions.finished(handle, "done");
    InboxItem last = furnish(store, "done");
    ChangeCarrier.takeAll(handle);
    Deletions.of(handle).deleteBulk(BulkFilter.all().withInstanceIds(Set.of("done")));
    expectGone(store, "done", last);
    Expect.equal("A deletion took the inbox of another id.", before, snapshot(store, others));
  }

  /**
   * What is in flight when its instance is deleted brings no message back.
   *
   * <p><b>Shape:</b> a turn and an activity that append and consume are acked after the deletion:
   * lost, and nothing is there.
   */
  @Rule("RUN-27")
  void whatIsInFlightIsLostWithItsMessages(StoreUnderTest store) {
    if (!isDeclared(store)) {
      return;
    }
    requireDeletion(store);
    Handle handle = store.first();
    handle.create("order");
    handle.schedule("order", 1);
    ActivityItem activity = handle.fetchActivity(1);
    handle.poke("order");
    OrchestrationItem turn = handle.fetchOne("order");
    InboxItem locked = furnish(store, "order");
    List<Change> changes =
        List.of(Inboxed.append(Inboxed.key("order"), "late"), ConsumeInbox.of(locked));
    Deletions.of(handle).delete(List.of("order"), true);
    Expect.rejected(
        "A turn of a deleted instance was applied.",
        LockLost.class,
        handle.provider().ackOrchestrationItem(handle.turn(turn).build().withChanges(changes)));
    Expect.rejected(
        "An activity of a deleted instance was applied.",
        LockLost.class,
        handle
            .provider()
            .ackActivityItem(ActivityAck.of(activity.lockToken(), null).withChanges(changes)));
    expectGone(store, "order", locked);
  }
}
