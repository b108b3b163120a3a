// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Exclusivity and tokens of instances: at most one holder, and every holder can be told from all
 * earlier ones.
 */
@RuleFamily("LOCK")
final class LockRules {

  private static final int STEPS = 40;
  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;

  /**
   * A locked instance is delivered to nobody, and enqueue does not wait for its lock.
   *
   * <p><b>Shape:</b> A fetches; A and B fetch nothing; B enqueues three messages; still nothing
   * until just before L.
   *
   * <p><b>If this fails, check:</b> does fetch skip instances whose lock is live, also when new
   * messages make them look ready? does enqueue touch the row that is locked?
   */
  @Rule("LOCK-01")
  void aLockedInstanceIsDeliveredToNobody(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.start("order");
    OrchestrationItem held = a.fetchOne("order");
    a.fetchNone("A locked instance was delivered to its holder again.");
    b.fetchNone("A locked instance was delivered to another handle.");

    b.poke("order");
    b.poke("order");
    b.poke("order");

    a.fetchNone("New messages broke the lock for its holder.");
    b.fetchNone("New messages broke the lock for another handle.");
    s.moveToJustBefore(s.lockFor());
    b.fetchNone("A lock ended before its time.");
    a.finish(held);
  }

  /**
   * Locks do not touch other instances.
   *
   * <p><b>Shape:</b> A locks one instance; B starts, fetches, acks, works for and completes another
   * one.
   *
   * <p><b>If this fails, check:</b> is there one lock for the whole queue? does fetch stop at the
   * first locked candidate?
   */
  @Rule("LOCK-02")
  void locksDoNotTouchOtherInstances(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.start("locked");
    OrchestrationItem held = a.fetchOne("locked");

    b.start("other");
    b.turn(b.fetchOne("other")).name(Sample.NAME).activities(1).apply();
    OrchestratorMessage completion = b.complete(b.fetchActivity(1));

    Batch.expect("The other instance did not get its completion.", b.fetchOne("other"), completion);
    a.finish(held);
  }

  /**
   * Each acquisition has a token greater than every earlier one, however the one before ended;
   * earlier ones are lost.
   *
   * <p><b>Shape:</b> a random sequence of ack, abandon, lock end, reopening and, where declared,
   * delete and re-create; after each step the new epoch is compared with all earlier ones and an
   * older token is tried.
   *
   * <p><b>If this fails, check:</b> is the epoch kept in a row that is deleted or made anew? is it
   * drawn from a clock, or from a counter in memory that starts again?
   */
  @Rule("LOCK-03")
  void tokensGrowWithEveryAcquisition(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    OrchestrationItem born = a.fetchOne("order");
    a.turn(born).name(Sample.NAME).apply();
    List<LockToken> older = new ArrayList<>(List.of(born.lockToken()));
    Ended last = new Ended(a, born.lockToken());
    for (int step = 0; step < s.rounds(STEPS); step++) {
      last.handle.start("order");
      OrchestrationItem item = last.handle.fetchOne("order");
      for (LockToken earlier : older) {
        Expect.above(
            "A token is not greater than an earlier one.",
            earlier.epoch(),
            item.lockToken().epoch());
      }
      LockToken one = older.get(s.random().nextInt(older.size()));
      expectLost(last.handle, one, one.equals(last.acked) ? null : item);
      older.add(item.lockToken());
      last = endLock(s, last, item);
    }
  }

  /**
   * How a lock ended: the handle to go on with, and the token that was acked last, whose ack would
   * be recognised as a repeat.
   */
  private record Ended(Handle handle, @Nullable LockToken acked) {}

  private static Ended endLock(StoreUnderTest s, Ended before, OrchestrationItem item) {
    Handle handle = before.handle;
    Optional<InstanceDeletion> deletion = handle.provider().capability(InstanceDeletion.class);
    switch (s.random().nextInt(deletion.isPresent() ? 5 : 4)) {
      case 0 -> {
        handle.turn(item).name(Sample.NAME).apply();
        return new Ended(handle, item.lockToken());
      }
      case 1 -> handle.abandon(item);
      case 2 -> s.moveTime(s.lockFor());
      case 3 -> {
        handle.abandon(item);
        return new Ended(s.reopen(), before.acked);
      }
      default -> {
        deletion.orElseThrow().delete(List.of("order"), true);
        return new Ended(handle, null);
      }
    }
    return before;
  }

  /**
   * An invented token, or one with the epoch of another lock, is lost everywhere, and the real lock
   * stays.
   *
   * <p><b>Shape:</b> two locked instances; tokens with past, future and exchanged epochs and of an
   * unknown instance are tried in ack, abandon and renew; then the true holders ack.
   *
   * <p><b>If this fails, check:</b> is the epoch compared for equality, not with "at least"? is it
   * compared in the row of the instance that the token names?
   */
  @Rule("LOCK-04")
  void aTokenIsGoodForItsOwnLockOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.start("one");
    OrchestrationItem one = a.fetchOne("one");
    a.start("two");
    OrchestrationItem two = a.fetchOne("two");
    long epochOfOne = one.lockToken().epoch();
    long epochOfTwo = two.lockToken().epoch();

    expectLost(a, new LockToken.OfInstance("one", epochOfOne + 1_000), one);
    expectLost(a, new LockToken.OfInstance("one", Long.MAX_VALUE), one);
    expectLost(a, new LockToken.OfInstance("one", epochOfTwo), one);
    expectLost(a, new LockToken.OfInstance("two", epochOfOne), two);
    expectLost(a, new LockToken.OfInstance("nobody", epochOfOne), null);
    if (epochOfOne > 1) {
      expectLost(a, new LockToken.OfInstance("one", epochOfOne - 1), one);
    }

    s.b().fetchNone("A call with a token of its own making released a lock.");
    a.finish(one);
    a.finish(two);
  }

  /**
   * Tokens of activities are lost in orchestration calls, and the reverse.
   *
   * <p><b>Shape:</b> a locked instance with a locked activity; each token is tried in the calls of
   * the other queue; then both true holders ack.
   *
   * <p><b>If this fails, check:</b> is the kind of the token looked at, or only instance and epoch?
   */
  @Rule("LOCK-04")
  void aTokenIsGoodForItsOwnQueueOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem instance = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    LockToken ofActivity = activity.lockToken();
    LockToken asActivity =
        new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), instance.lockToken().epoch());

    expectLost(a, ofActivity, instance);
    expectActivityLost(a, instance.lockToken(), activity);
    expectActivityLost(a, asActivity, activity);
    expectLost(a, new LockToken.OfInstance("order", ofActivity.epoch()), instance);

    s.b().fetchNone("A token of the worker queue released the instance.");
    s.b().fetchNoActivity("A token of the orchestrator queue released the activity.");
    a.complete(activity);
    a.finish(instance);
  }

  /**
   * After the lock end the next item has the old messages and those that came meanwhile, in
   * insertion order.
   *
   * <p><b>Shape:</b> one message, fetch, three more, move past L, fetch through B.
   *
   * <p><b>If this fails, check:</b> are messages of an expired batch moved to the end or lost? is
   * the batch of the first holder kept for the second?
   */
  @Rule("LOCK-05")
  void afterTheLockEndTheBatchIsOldAndNewInOrder(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = a.start("order");
    OrchestrationItem expired = a.fetchOne("order");
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = a.poke("order");
    OrchestratorMessage three = a.poke("order");
    s.moveTime(s.lockFor());

    OrchestrationItem next = s.b().fetchOne("order");

    Batch.expect("The batch is not old and new messages in order.", next, start, one, two, three);
    Expect.different("The new lock has the old token.", expired.lockToken(), next.lockToken());
  }

  /**
   * An applied ack releases the lock and removes exactly its batch.
   *
   * <p><b>Shape:</b> fetch, two more messages, ack; the next item has those two and counts 1.
   *
   * <p><b>If this fails, check:</b> does the ack delete all messages of the instance instead of its
   * batch? is the attempt count set back? does the lock stay until its end?
   */
  @Rule("LOCK-06")
  void anAppliedAckReleasesTheLockAndRemovesItsBatch(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem held = a.fetchOne("order");
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = a.poke("order");

    a.finish(held);

    OrchestrationItem next = s.b().fetchOne("order");
    Batch.expect("The next batch is not what came during the lock.", next, one, two);
    Expect.equal("The ack did not set the attempt count back.", 1, next.attemptCount());
    s.b().finish(next);
    a.fetchNone("A message came again after its ack.");
  }

  /**
   * Abandon releases at once, and the same messages come back in the same order.
   *
   * <p><b>Shape:</b> A fetches two messages and abandons; B fetches.
   *
   * <p><b>If this fails, check:</b> does abandon wait for the lock end? does it write the messages
   * anew?
   */
  @Rule("LOCK-07")
  void abandonReleasesAtOnceAndNothingIsLost(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = a.start("order");
    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem first = a.fetchOne("order");

    a.abandon(first);

    OrchestrationItem second = s.b().fetchOne("order");
    Batch.expect("The messages did not come back as they were.", second, start, poke);
    Expect.equal(
        "Abandon changed when messages were visible.", first.messages(), second.messages());
  }

  /**
   * Rejected acks of every kind leave the lock held, and the corrected ack with the same token is
   * applied.
   *
   * <p><b>Shape:</b> acks with an existing event, an event below the last, a foreign activity, a
   * mismatched message id; after each B fetches nothing; then a good ack.
   *
   * <p><b>If this fails, check:</b> is the release of the lock rolled back with the rest of the
   * ack?
   */
  @Rule("LOCK-08")
  void aRejectedAckLeavesTheLockHeld(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.turn(a.fetchOne("order")).name(Sample.NAME).event(5).apply();
    a.enqueue(identified("order", "first content"));
    OrchestrationItem held = a.fetchOne("order");

    a.turn(held).event(5).reject("A stored event was written again.", DuplicateEvent.class);
    expectStillLocked(s, "An ack rejected for a duplicate event released the lock.");
    a.turn(held).event(2).reject("An event was put before the last.", InvalidRequest.class);
    expectStillLocked(s, "An ack rejected for its event order released the lock.");
    a.turn(held)
        .activity(Sample.activity("other", 1))
        .reject("An activity of another instance was scheduled.", InvalidRequest.class);
    expectStillLocked(s, "An ack rejected for a foreign activity released the lock.");
    a.turn(held)
        .send(identified("order", "other content"))
        .reject("A used message id with other content was accepted.", IdempotencyMismatch.class);
    expectStillLocked(s, "An ack rejected for a message id released the lock.");

    a.turn(held).activities(1, 1).reject("An activity was scheduled twice.", InvalidRequest.class);
    expectStillLocked(s, "An ack rejected for an activity scheduled twice released the lock.");
    a.turn(held)
        .cancel(new ActivityIdentity("other", 1, 1))
        .reject("An activity of another instance was cancelled.", InvalidRequest.class);
    expectStillLocked(s, "An ack rejected for a foreign cancellation released the lock.");
    if (!s.declares(Feature.TAGS)) {
      a.turn(held)
          .activity(tagged("order"))
          .reject("A tag was accepted, which is not declared.", NotSupported.class);
      expectStillLocked(s, "An ack rejected for an undeclared feature released the lock.");
    }

    a.turn(held).event(6).apply();
  }

  /**
   * Refused renewals, reads, enqueues and a closed handle leave the lock held until its end.
   *
   * <p><b>Shape:</b> A fetches; renewals with zero and with a wrong token, reads, enqueues, then A
   * closes; B fetches nothing until just before L.
   *
   * <p><b>If this fails, check:</b> does closing a handle give back what it holds? does a refused
   * renewal end the lock?
   */
  @Rule("LOCK-08")
  void onlyAckAbandonAndTheLockEndReleaseALock(StoreUnderTest s) {
    Handle a = s.newHandle();
    a.start("order");
    OrchestrationItem held = a.fetchOne("order");
    LockToken wrong = new LockToken.OfInstance("order", held.lockToken().epoch() + 1);

    Expect.invalid("A renewal by zero was accepted.", () -> a.renew(held, Duration.ZERO));
    expectStillLocked(s, "A refused renewal released the lock.");
    Expect.lockLost(
        "A wrong token was renewed.",
        () -> a.provider().renewOrchestrationItem(wrong, s.lockFor()));
    expectStillLocked(s, "A renewal with a wrong token released the lock.");
    List<HistoryEvent> none = a.history("order", 1);
    Expect.none("An instance that was never acked has a history.", none);
    a.poke("order");
    expectStillLocked(s, "A read or an enqueue released the lock.");
    a.close();
    expectStillLocked(s, "Closing the handle released the lock.");
    s.moveTime(s.lockFor());
    s.b().fetchOne("order");
  }

  /**
   * Many callers, one instance: one wins.
   *
   * <p><b>Shape:</b> in each round eight handles fetch together, first the free instance, then the
   * one whose lock has just ended; each time one item comes in all.
   *
   * <p><b>If this fails, check:</b> is the check that nobody holds the lock part of the statement
   * that takes it? is the update count read?
   */
  @Rule("LOCK-09")
  void manyCallersOneWins(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    s.a().create("order");
    for (int round = 0; round < s.rounds(ROUNDS); round++) {
      s.a().poke("order");
      OrchestrationItem first =
          theOneWinner("Of many fetches of a free instance not exactly one won.", handles);
      s.moveTime(s.lockFor());
      OrchestrationItem second =
          theOneWinner("Of many fetches at the lock end not exactly one won.", handles);
      expectLost(s.a(), first.lockToken(), null);
      s.a().finish(second);
    }
  }

  private static OrchestrationItem theOneWinner(String what, List<Handle> handles) {
    List<OrchestrationItem> items =
        Together.times(handles.size(), i -> handles.get(i).fetch(1)).stream()
            .flatMap(List::stream)
            .toList();
    if (items.size() != 1) {
      throw Expect.violation(what, "1 item", items);
    }
    return items.get(0);
  }

  /**
   * Instance locks and activity locks are independent.
   *
   * <p><b>Shape:</b> while an instance is locked its activity is fetched, renewed and acked; the
   * completion is delivered after the turn.
   *
   * <p><b>If this fails, check:</b> do both queues share a lock row? does the ack of an activity
   * need the instance's lock?
   */
  @Rule("LOCK-11")
  void instanceLocksAndActivityLocksAreIndependent(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");

    ActivityItem activity = b.fetchActivity(1);
    b.renew(activity, s.lockFor());
    OrchestratorMessage completion = b.complete(activity);

    b.fetchNone("A completion broke the lock of its instance.");
    a.finish(turn);
    Batch.expect("The completion did not come after the turn.", b.fetchOne("order"), completion);
  }

  /**
   * Tries a token in all calls of the orchestrator queue; {@code holder} is the item whose lock
   * must not change.
   */
  private static void expectLost(
      Handle handle, LockToken token, @Nullable OrchestrationItem holder) {
    Provider provider = handle.provider();
    Expect.lockLost(
        "A token that holds nothing was renewed.",
        () -> provider.renewOrchestrationItem(token, handle.lockFor()));
    Expect.lockLost(
        "A token that holds nothing was abandoned.",
        () -> provider.abandonOrchestrationItem(token, Abandonment.now()));
    if (holder != null) {
      handle
          .turn(token, holder.executionId())
          .reject("A token that never held the lock was acked.", LockLost.class);
    }
  }

  private static void expectActivityLost(Handle handle, LockToken token, ActivityItem holder) {
    Provider provider = handle.provider();
    Expect.lockLost(
        "A token that holds nothing was renewed.",
        () -> provider.renewActivityItem(token, handle.lockFor()));
    Expect.lockLost(
        "A token that holds nothing was abandoned.",
        () -> provider.abandonActivityItem(token, Abandonment.now()));
    Expect.rejected(
        "A token that never held the lock was acked.",
        LockLost.class,
        handle.ack(new ActivityItem(holder.task(), 1, token)));
  }

  private static void expectStillLocked(StoreUnderTest s, String what) {
    s.b().fetchNone(what);
  }

  private static ActivityTask tagged(String instanceId) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, 1, 1), "activity", Payload.empty(), Sample.NAME)
        .tag("tag")
        .build();
  }

  private static OrchestratorMessage identified(String instanceId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }
}
