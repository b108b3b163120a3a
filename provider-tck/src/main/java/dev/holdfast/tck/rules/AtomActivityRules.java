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
   */
  @Rule("ATOM-14")
  void aRejectedActivityAckLeavesEverything(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    first.create("order");
    first.schedule("order", 1);
    first.enqueue(identified("first content"));
    first.finish(first.fetchOne("order"));
    ActivityItem held = first.fetchActivity(1);
    Snapshot before = store.snapshot("order", "other");

    Expect.rejected(
        "A completion to another instance was accepted.",
        InvalidRequest.class,
        ack(first, held, Sample.message("other", "result")));
    Expect.rejected(
        "A completion with a used message id and other content was accepted.",
        IdempotencyMismatch.class,
        ack(first, held, identified("other content")));
    Expect.rejected(
        "A completion over the limit was accepted.",
        InvalidRequest.class,
        ack(first, held, OrchestratorMessage.of("order", "completed", tooLarge(first))));

    store.expectUnchanged("A rejected activity ack wrote something.", before);
    store.second().fetchNone("A rejected activity ack enqueued its completion.");
    store.second().fetchNoActivity("A rejected activity ack released the lock.");
    OrchestratorMessage completion = first.complete(held);
    Batch.expect("The completion is not there.", store.second().fetchOne("order"), completion);
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("An acked activity came again.");
  }

  private static Payload tooLarge(Handle first) {
    return Payload.of(new byte[first.provider().info().limits().maxPayloadBytes() + 1]);
  }

  /**
   * Whoever sees that the activity is gone sees the completion.
   *
   * <p><b>Shape:</b> in each round A acks while B renews the same lock until it is lost, and then
   * fetches at once: the completion is there.
   */
  @Rule("ATOM-14")
  void activityAndCompletionAreNeverBothGone(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    for (int round = 0; round < ROUNDS; round++) {
      first.schedule("order", 1);
      ActivityItem held = first.fetchActivity(1);
      AtomicBoolean acked = new AtomicBoolean();

      Together.all(
          () -> {
            first.complete(held);
            acked.set(true);
          },
          () -> {
            renewUntilLost(second, held, acked);
            OrchestrationItem item = second.fetchOne("order");
            Batch.expect("The completion is not whole.", item, Sample.completion(held));
            second.finish(item);
          });
    }
  }

  /** Ends also with a provider that renews for ever, and with an ack that never returns. */
  private static void renewUntilLost(Handle handle, ActivityItem held, AtomicBoolean acked) {
    while (!Thread.currentThread().isInterrupted()) {
      boolean mustBeLost = acked.get();
      if (!handle.renews(held.lockToken(), handle.lockFor())) {
        return;
      }
      Expect.that("The lock of an acked activity was renewed.", "lost", "live", !mustBeLost);
    }
  }

  /**
   * A repeated activity ack is recognised until its completion was consumed, and never enqueues a
   * second one.
   *
   * <p><b>Shape:</b> ack; the same again, other content, through B, after the former lock end,
   * while the completion is locked, after reopening the store: recognised; after the completion was
   * acked: recognised or lost; one completion was delivered.
   */
  @Rule("ATOM-15")
  void aRepeatedActivityAckIsRecognised(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem item = first.fetchActivity(1);
    OrchestratorMessage completion = first.complete(item);
    Snapshot before = store.snapshot("order");

    expectRecognised(first, item);
    expectRecognised(store.second(), item);
    store.expectUnchanged(AGAIN, before);
    store.moveTime(store.lockFor());
    expectRecognised(first, item);
    Handle reopened = store.newHandle();
    expectRecognised(reopened, item);
    store.expectUnchanged(AGAIN, before);

    OrchestrationItem turn = store.second().fetchOne("order");
    Batch.expect("The completion is not there once.", turn, completion);
    expectRecognised(first, item);
    store.second().finish(turn);

    expectNeverApplied(first.ack(item));
    expectNeverApplied(reopened.ack(item));
    store.second().fetchNone(AGAIN);
    store.second().fetchNoActivity("An acked activity came again.");
  }

  /**
   * A completion that is merged with an equal queued message proves its ack as well as one that was
   * stored.
   *
   * <p><b>Shape:</b> a message with an id waits; the acks of two activities bring completions with
   * the same id and content: applied, nothing is added; repeats through A and B, in the single and
   * the list form, after the former lock end and while the message is locked: recognised; after it
   * was acked: recognised or lost.
   */
  @Rule("ATOM-15")
  void aRepeatIsRecognisedWhenItsCompletionWasMerged(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    List<ActivityItem> items = List.of(first.fetchActivity(1), first.fetchActivity(2));
    OrchestratorMessage queued = first.enqueue(identified("result"));
    for (ActivityItem item : items) {
      Expect.applied(
          "An ack whose completion is queued already was not applied.",
          ack(first, item, identified("result")));
    }
    Snapshot before = store.snapshot("order");

    for (ActivityItem item : items) {
      expectMergedRecognised(first, item);
      expectMergedRecognised(store.second(), item);
    }
    store.expectUnchanged(AGAIN, before);
    store.moveTime(store.lockFor());
    items.forEach(item -> expectMergedRecognised(store.newHandle(), item));

    OrchestrationItem turn = store.second().fetchOne("order");
    Batch.expect("The merged completion is not there once.", turn, queued);
    items.forEach(item -> expectMergedRecognised(first, item));
    store.second().finish(turn);

    items.forEach(item -> expectNeverApplied(ack(first, item, identified("result"))));
    store.second().fetchNone(AGAIN);
    store.second().fetchNoActivity("An acked activity came again.");
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
   */
  @Rule("ATOM-15")
  void aRepeatWithAnInvalidCompletionAddsNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.create("other");
    first.schedule("order", 1);
    ActivityItem item = first.fetchActivity(1);
    OrchestratorMessage completion = first.complete(item);
    Snapshot before = store.snapshot("order", "other");

    for (OrchestratorMessage invalid :
        List.of(
            Sample.message("other", "astray"),
            OrchestratorMessage.of("order", "completed", tooLarge(first)))) {
      AckResult result = ack(first, item, invalid);
      if (!(result instanceof AckResult.AlreadyApplied)) {
        Expect.rejected("A repeated activity ack was applied.", InvalidRequest.class, result);
      }
    }

    store.expectUnchanged(AGAIN, before);
    expectRecognised(first, item);
    Batch.expect("The completion is not there once.", store.second().fetchOne("order"), completion);
    store.second().fetchNone(AGAIN);
  }

  /**
   * A repeated ack without completion is recognised or lost, and enqueues nothing.
   *
   * <p><b>Shape:</b> ack without completion; the same again, and with a completion; nothing is
   * delivered.
   */
  @Rule("ATOM-15")
  void aRepeatedAckWithoutCompletionEnqueuesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem item = first.fetchActivity(1);
    ActivityAck ack = ActivityAck.of(item.lockToken(), null);
    Expect.applied(first.provider().ackActivityItem(ack));

    expectNeverApplied(first.provider().ackActivityItem(ack));
    expectNeverApplied(store.second().ack(item));

    store.second().fetchNone("A repeated activity ack enqueued a completion.");
  }

  /**
   * A repeat does not touch the activity when its identity was scheduled again.
   *
   * <p><b>Shape:</b> ack; a turn schedules the same identity again while the completion is still
   * queued; B holds it; the old ack again: recognised or lost; B's ack is applied.
   */
  @Rule("ATOM-15")
  void aRepeatDoesNotTouchANewActivityOfTheSameIdentity(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem old = first.fetchActivity(1);
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    OrchestratorMessage completion = first.complete(old);
    first.turn(turn).activities(1).apply();
    ActivityItem current = store.second().fetchActivity(1);

    expectNeverApplied(first.ack(old));

    store.second().renew(current, store.lockFor());
    OrchestratorMessage next = store.second().complete(current);
    Batch.expect("The completions are not there once.", first.fetchOne("order"), completion, next);
  }

  /**
   * Of concurrent identical activity acks exactly one is applied, and the others are recognised.
   *
   * <p><b>Shape:</b> in each round eight callers, half of them on A and half on B, ack the same
   * together; the completion is there once.
   */
  @Rule("ATOM-15")
  void ofConcurrentIdenticalActivityAcksOneIsApplied(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    Overlap overlap = new Overlap(ROUNDS);
    while (overlap.goesOn()) {
      first.schedule("order", 1);
      ActivityItem item = first.fetchActivity(1);

      List<AckResult> results =
          overlap.times(CALLERS, i -> (i % 2 == 0 ? first : second).ack(item));

      Expect.equal(
          "Of identical activity acks not exactly one was applied.",
          1L,
          results.stream().filter(AckResult.Applied.class::isInstance).count());
      Expect.equal(
          "The other identical activity acks were not recognised.",
          CALLERS - 1L,
          results.stream().filter(AckResult.AlreadyApplied.class::isInstance).count());
      OrchestrationItem turn = second.fetchOne("order");
      Batch.expect("The completion is not there once.", turn, Sample.completion(item));
      second.finish(turn);
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
