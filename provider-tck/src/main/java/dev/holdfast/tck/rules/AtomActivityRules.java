// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Overlap;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The ack of an activity: it is removed and its completion is there, once. */
@RuleFamily("ATOM")
final class AtomActivityRules {

  private static final int ROUNDS = 30;
  private static final int CALLERS = 8;
  private static final String AGAIN = "A repeated activity ack enqueued a second completion.";
  private static final String NOT_RECOGNISED = "A repeated activity ack was not recognised.";

  /**
   * A rejected activity ack leaves activity, lock and queue.
   *
   * <p><b>Shape:</b> completions to another instance, with a message id that was used for something
   * else, and over the limit; nothing has changed, nobody else gets the activity, and the right ack
   * with the same token is applied.
   *
   * <p><b>If this fails, check:</b> is the activity removed before the completion is looked at, and
   * is that undone?
   */
  @Rule("ATOM-14")
  void aRejectedActivityAckLeavesEverything(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    a.create("order");
    a.schedule("order", 1);
    a.enqueue(identified("first content"));
    a.finish(a.fetchOne("order"));
    ActivityItem held = a.fetchActivity(1);
    Snapshot before = s.snapshot("order", "other");

    Expect.rejected(
        "A completion to another instance was accepted.",
        InvalidRequest.class,
        ack(a, held, Sample.message("other", "result")));
    Expect.rejected(
        "A completion with a used message id and other content was accepted.",
        IdempotencyMismatch.class,
        ack(a, held, identified("other content")));
    Expect.rejected(
        "A completion over the limit was accepted.",
        InvalidRequest.class,
        ack(a, held, OrchestratorMessage.of("order", "completed", tooLarge(a))));

    s.expectUnchanged("A rejected activity ack wrote something.", before);
    s.b().fetchNone("A rejected activity ack enqueued its completion.");
    s.b().fetchNoActivity("A rejected activity ack released the lock.");
    OrchestratorMessage completion = a.complete(held);
    Batch.expect("The completion is not there.", s.b().fetchOne("order"), completion);
    s.moveTime(s.lockFor());
    s.b().fetchNoActivity("An acked activity came again.");
  }

  private static Payload tooLarge(Handle a) {
    return Payload.of(new byte[a.provider().info().limits().maxPayloadBytes() + 1]);
  }

  /**
   * Whoever sees that the activity is gone sees the completion.
   *
   * <p><b>Shape:</b> in each round A acks while B renews the same lock until it is lost, and then
   * fetches at once: the completion is there.
   *
   * <p><b>If this fails, check:</b> is the activity removed in one transaction and the completion
   * enqueued in another?
   */
  @Rule("ATOM-14")
  void activityAndCompletionAreNeverBothGone(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    for (int round = 0; round < ROUNDS; round++) {
      a.schedule("order", 1);
      ActivityItem held = a.fetchActivity(1);
      AtomicBoolean acked = new AtomicBoolean();

      Together.all(
          () -> {
            a.complete(held);
            acked.set(true);
          },
          () -> {
            renewUntilLost(b, held, acked);
            OrchestrationItem item = b.fetchOne("order");
            Batch.expect("The completion is not whole.", item, Sample.completion(held));
            b.finish(item);
          });
    }
  }

  /** Ends also with a provider that renews for ever, and with an ack that never returns. */
  private static void renewUntilLost(Handle handle, ActivityItem held, AtomicBoolean acked) {
    while (!Thread.currentThread().isInterrupted()) {
      boolean mustBeLost = acked.get();
      try {
        handle.renew(held, handle.lockFor());
      } catch (LockLost lost) {
        return;
      }
      Expect.that(
          "The lock of an acked activity was renewed.", "LockLost", "no error", !mustBeLost);
    }
  }

  /**
   * A repeated activity ack is recognised until its completion was consumed, and never enqueues a
   * second one.
   *
   * <p><b>Shape:</b> ack; the same again, other content, through B, after the former lock end,
   * while the completion is locked, after reopening the store: recognised; after the completion was
   * acked: recognised or lost; one completion was delivered.
   *
   * <p><b>If this fails, check:</b> is the activity's token kept with its completion? is a repeat
   * looked for before the lock end is?
   */
  @Rule("ATOM-15")
  void aRepeatedActivityAckIsRecognised(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem item = a.fetchActivity(1);
    OrchestratorMessage completion = a.complete(item);
    Snapshot before = s.snapshot("order");

    expectRecognised(a, item);
    expectRecognised(s.b(), item);
    s.expectUnchanged(AGAIN, before);
    s.moveTime(s.lockFor());
    expectRecognised(a, item);
    Handle reopened = s.newHandle();
    expectRecognised(reopened, item);
    s.expectUnchanged(AGAIN, before);

    OrchestrationItem turn = s.b().fetchOne("order");
    Batch.expect("The completion is not there once.", turn, completion);
    expectRecognised(a, item);
    s.b().finish(turn);

    expectNeverApplied(a.ack(item));
    expectNeverApplied(reopened.ack(item));
    s.b().fetchNone(AGAIN);
    s.b().fetchNoActivity("An acked activity came again.");
  }

  /**
   * A completion that is merged with an equal queued message proves its ack as well as one that was
   * stored.
   *
   * <p><b>Shape:</b> a message with an id waits; the acks of two activities bring completions with
   * the same id and content: applied, nothing is added; repeats through A and B, in the single and
   * the list form, after the former lock end and while the message is locked: recognised; after it
   * was acked: recognised or lost.
   *
   * <p><b>If this fails, check:</b> is the acked token stored with the message that is there when
   * the completion adds none? has that message room for more than one of them?
   */
  @Rule("ATOM-15")
  void aRepeatIsRecognisedWhenItsCompletionWasMerged(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    List<ActivityItem> items = List.of(a.fetchActivity(1), a.fetchActivity(2));
    OrchestratorMessage queued = a.enqueue(identified("result"));
    for (ActivityItem item : items) {
      Expect.applied(
          "An ack whose completion is queued already was not applied.",
          ack(a, item, identified("result")));
    }
    Snapshot before = s.snapshot("order");

    for (ActivityItem item : items) {
      expectMergedRecognised(a, item);
      expectMergedRecognised(s.b(), item);
    }
    s.expectUnchanged(AGAIN, before);
    s.moveTime(s.lockFor());
    items.forEach(item -> expectMergedRecognised(s.newHandle(), item));

    OrchestrationItem turn = s.b().fetchOne("order");
    Batch.expect("The merged completion is not there once.", turn, queued);
    items.forEach(item -> expectMergedRecognised(a, item));
    s.b().finish(turn);

    items.forEach(item -> expectNeverApplied(ack(a, item, identified("result"))));
    s.b().fetchNone(AGAIN);
    s.b().fetchNoActivity("An acked activity came again.");
  }

  private static void expectMergedRecognised(Handle handle, ActivityItem item) {
    String what = "A repeated ack whose completion was merged was not recognised.";
    ActivityAck again = ActivityAck.of(item.lockToken(), identified("result"));
    Expect.alreadyApplied(what, handle.provider().ackActivityItem(again));
    Expect.alreadyApplied(what, handle.provider().ackActivityItems(List.of(again)).get(0));
  }

  /**
   * A repeated activity ack with an invalid completion is recognised or refused, and adds nothing.
   *
   * <p><b>Shape:</b> ack; the same token with a completion to another instance and with one over
   * the limit; the first completion is there once, and the first ack is still recognised.
   *
   * <p><b>If this fails, check:</b> is the completion checked after it was enqueued?
   */
  @Rule("ATOM-15")
  void aRepeatWithAnInvalidCompletionAddsNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.create("other");
    a.schedule("order", 1);
    ActivityItem item = a.fetchActivity(1);
    OrchestratorMessage completion = a.complete(item);
    Snapshot before = s.snapshot("order", "other");

    for (OrchestratorMessage invalid :
        List.of(
            Sample.message("other", "astray"),
            OrchestratorMessage.of("order", "completed", tooLarge(a)))) {
      AckResult result = ack(a, item, invalid);
      if (!(result instanceof AckResult.AlreadyApplied)) {
        Expect.rejected("A repeated activity ack was applied.", InvalidRequest.class, result);
      }
    }

    s.expectUnchanged(AGAIN, before);
    expectRecognised(a, item);
    Batch.expect("The completion is not there once.", s.b().fetchOne("order"), completion);
    s.b().fetchNone(AGAIN);
  }

  /**
   * A repeated ack without completion is recognised or lost, and enqueues nothing.
   *
   * <p><b>Shape:</b> ack without completion; the same again, and with a completion; nothing is
   * delivered.
   *
   * <p><b>If this fails, check:</b> is a token accepted whose activity is gone?
   */
  @Rule("ATOM-15")
  void aRepeatedAckWithoutCompletionEnqueuesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem item = a.fetchActivity(1);
    ActivityAck ack = ActivityAck.of(item.lockToken(), null);
    Expect.applied(a.provider().ackActivityItem(ack));

    expectNeverApplied(a.provider().ackActivityItem(ack));
    expectNeverApplied(s.b().ack(item));

    s.b().fetchNone("A repeated activity ack enqueued a completion.");
  }

  /**
   * A repeat does not touch the activity when its identity was scheduled again.
   *
   * <p><b>Shape:</b> ack; a turn schedules the same identity again while the completion is still
   * queued; B holds it; the old ack again: recognised or lost; B's ack is applied.
   *
   * <p><b>If this fails, check:</b> is the activity removed by identity without comparing the
   * token?
   */
  @Rule("ATOM-15")
  void aRepeatDoesNotTouchANewActivityOfTheSameIdentity(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem old = a.fetchActivity(1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    OrchestratorMessage completion = a.complete(old);
    a.turn(turn).activities(1).apply();
    ActivityItem current = s.b().fetchActivity(1);

    expectNeverApplied(a.ack(old));

    s.b().renew(current, s.lockFor());
    OrchestratorMessage next = s.b().complete(current);
    Batch.expect("The completions are not there once.", a.fetchOne("order"), completion, next);
  }

  /**
   * Of concurrent identical activity acks exactly one is applied, and the others are recognised.
   *
   * <p><b>Shape:</b> in each round eight callers, half of them on A and half on B, ack the same
   * together; the completion is there once.
   *
   * <p><b>If this fails, check:</b> is the token looked at in the transaction that removes the
   * activity?
   */
  @Rule("ATOM-15")
  void ofConcurrentIdenticalActivityAcksOneIsApplied(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    Overlap overlap = new Overlap(ROUNDS);
    while (overlap.goesOn()) {
      a.schedule("order", 1);
      ActivityItem item = a.fetchActivity(1);

      List<AckResult> results = overlap.times(CALLERS, i -> (i % 2 == 0 ? a : b).ack(item));

      Expect.equal(
          "Of identical activity acks not exactly one was applied.",
          1L,
          results.stream().filter(AckResult.Applied.class::isInstance).count());
      Expect.equal(
          "The other identical activity acks were not recognised.",
          CALLERS - 1L,
          results.stream().filter(AckResult.AlreadyApplied.class::isInstance).count());
      OrchestrationItem turn = b.fetchOne("order");
      Batch.expect("The completion is not there once.", turn, Sample.completion(item));
      b.finish(turn);
    }
    overlap.expectSeen();
  }

  private static AckResult ack(Handle handle, ActivityItem item, OrchestratorMessage completion) {
    return handle.provider().ackActivityItem(ActivityAck.of(item.lockToken(), completion));
  }

  private static void expectRecognised(Handle handle, ActivityItem item) {
    Expect.alreadyApplied(NOT_RECOGNISED, handle.ack(item));
    Expect.alreadyApplied(
        NOT_RECOGNISED, ack(handle, item, Sample.message("order", "other content")));
    Expect.equal(
        "A repeated activity ack was not recognised by the list form.",
        List.of(AckAnswers.ALREADY_APPLIED),
        AckAnswers.of(
            handle
                .provider()
                .ackActivityItems(
                    List.of(ActivityAck.of(item.lockToken(), Sample.completion(item))))));
  }

  private static void expectNeverApplied(AckResult result) {
    if (!(result instanceof AckResult.AlreadyApplied)) {
      Expect.rejected("A repeated activity ack was applied again.", LockLost.class, result);
    }
  }

  private static OrchestratorMessage identified(String body) {
    return OrchestratorMessage.builder("order", "completed", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }
}
