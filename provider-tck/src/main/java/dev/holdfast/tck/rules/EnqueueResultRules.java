// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Overlap;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Whether a message was stored, as its sender is told. */
@RuleFamily("QUEUE")
final class EnqueueResultRules {

  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;

  /**
   * Every message without an id is stored, and says so.
   *
   * <p><b>Shape:</b> the same message three times, to a new, a known and a locked instance, with
   * and without a claim.
   */
  @Rule("QUEUE-26")
  void whatHasNoIdIsStored(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage same = Sample.message("order", "the same");
    expectStored(first, same, true);
    expectStored(store.second(), same, true);
    expectStored(first, Sample.start("order", Sample.NAME, null), true);
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect(
        "Not what was said to be stored is there.",
        item,
        same,
        same,
        Sample.start("order", Sample.NAME, null));
    expectStored(first, same, true);
    first.finish(item);
    Expect.that("A message was said not to be stored.", claimed(first, same));
    Expect.that("A message was said not to be stored.", claimed(store.second(), same));
  }

  /**
   * A message is stored once for its id, and every repeat is told so.
   *
   * <p><b>Shape:</b> an identified message to an instance with a row: stored; the same again, now
   * and with another due time, through both handles, with and without a claim: not stored; so also
   * while it is locked, after it was consumed, and after reopening; another id: stored; other
   * content: refused.
   */
  @Rule("QUEUE-26")
  void anIdIsStoredOnce(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage message = identified("order", "m-1", "content");
    OrchestratorMessage later =
        OrchestratorMessage.builder("order", "identified", Payload.utf8("content"))
            .messageId("m-1")
            .due(Due.in(store.lockFor()))
            .build();
    expectStored(first, message, true);
    expectRepeat(store, message, later);
    OrchestrationItem item = first.fetchOne("order");
    expectRepeat(store, message, later);
    first.finish(item);
    expectRepeat(store, message, later);
    Handle reopened = store.reopen();
    expectStored(reopened, message, false);
    expectStored(reopened, identified("order", "m-2", "content"), true);
    Expect.thrown(
        "Other content under a used id was accepted.",
        IdempotencyMismatch.class,
        () -> reopened.enqueue(identified("order", "m-1", "other content")));
    OrchestrationItem next = reopened.fetchOne("order");
    Batch.expect(
        "Not what was said to be stored is there.", next, identified("order", "m-2", "content"));
  }

  private static void expectRepeat(
      StoreUnderTest store, OrchestratorMessage message, OrchestratorMessage later) {
    for (Handle handle : List.of(store.first(), store.second())) {
      expectStored(handle, message, false);
      expectStored(handle, later, false);
      Expect.that("A repeat with a claim was said to be stored.", !claimed(handle, message));
    }
  }

  /**
   * What came in another way counts as well, and a forgotten id is stored anew.
   *
   * <p><b>Shape:</b> ids used by a list, by an ack, by a completion, and by a start: repeats by
   * enqueue are not stored; an id that was consumed by an instance without a row is stored again;
   * so is the same id for another instance.
   */
  @Rule("QUEUE-26")
  void everyWayInCountsAndWhatIsForgottenIsNew(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.provider().enqueueAll(List.of(identified("order", "of a list", "content")));
    expectStored(first, identified("order", "of a list", "content"), false);
    first
        .turn(first.fetchOne("order"))
        .send(identified("order", "of an ack", "content"))
        .activities(1)
        .apply();
    expectStored(first, identified("order", "of an ack", "content"), false);
    ActivityItem activity = first.fetchActivity(1);
    Expect.applied(
        first
            .provider()
            .ackActivityItem(
                ActivityAck.of(
                    activity.lockToken(), identified("order", "of a completion", "content"))));
    expectStored(first, identified("order", "of a completion", "content"), false);
    expectStored(first, identified("stranger", "of a completion", "content"), true);
    first.finish(first.fetchOne("order"));

    OrchestratorMessage start =
        OrchestratorMessage.builder("rowless", "start", Payload.empty())
            .start(Sample.start("rowless", Sample.NAME, null).start())
            .messageId("start")
            .build();
    expectStored(first, start, true);
    expectStored(store.second(), start, false);
    first.turn(first.fetchOne("rowless")).event(1).apply();
    expectStored(first, start, true);
  }

  /**
   * Of equal messages that arrive together one is told that it was stored.
   *
   * <p><b>Shape:</b> in each round eight callers, half of them on A and half on B, enqueue the same
   * start of a new instance, and a message to a known one; rounds go on until enough of them had
   * calls that were under way at one time.
   */
  @Rule("QUEUE-26")
  void ofEqualMessagesThatArriveTogetherOneIsStored(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 0; overlap.goesOn(); round++) {
      String id = "new-" + round;
      OrchestratorMessage start =
          OrchestratorMessage.builder(id, "start", Payload.empty())
              .start(Sample.start(id, Sample.NAME, null).start())
              .messageId("start")
              .build();
      for (OrchestratorMessage message :
          List.of(start, identified("order", "m-" + round, "content"))) {
        List<Boolean> told =
            overlap.times(CALLERS, n -> stored(n % 2 == 0 ? first : store.second(), message));
        Expect.equal(
            "Of equal messages that arrived together not exactly one was told to be stored.",
            1L,
            told.stream().filter(one -> one).count());
      }
      List<OrchestrationItem> items = first.fetch(Handle.ALL);
      items.forEach(
          item -> Expect.equal("A message is not there once.", 1, item.messages().size()));
      Expect.equal("A message is not there once.", 2, items.size());
      items.forEach(first::finish);
    }
    overlap.expectSeen();
  }

  private static void expectStored(Handle handle, OrchestratorMessage message, boolean expected) {
    Expect.equal(
        "The sender of " + message.kind() + " was told wrongly whether it was stored.",
        expected,
        stored(handle, message));
  }

  private static boolean stored(Handle handle, OrchestratorMessage message) {
    return handle.provider().enqueue(message).stored();
  }

  /** Enqueues with a claim, and gives back what it got on. */
  private static boolean claimed(Handle handle, OrchestratorMessage message) {
    var result = handle.provider().enqueue(message, Claims.instance(handle.lockFor()));
    OrchestrationItem item = result.eagerInstance();
    if (item != null) {
      handle.abandon(item, AbandonOptions.now().uncounted());
    }
    return result.stored();
  }

  private static OrchestratorMessage identified(String instanceId, String id, String body) {
    return OrchestratorMessage.builder(instanceId, "identified", Payload.utf8(body))
        .messageId(id)
        .build();
  }
}
