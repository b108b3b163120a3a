// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Messages with an id of their own: sent as often as need be, delivered once. */
@RuleFamily("QUEUE")
final class MessageIdRules {

  private static final int ROUNDS = 25;
  private static final int CALLERS = 4;
  private static final ExecutionStart START = new ExecutionStart("first-name", "1", "parent");

  /**
   * Without a message id timers are not merged either, however equal they are.
   *
   * <p><b>Shape:</b> the same message, due at one instant ahead, by two calls of enqueue, twice in
   * one list, twice in one ack, and once more due in the same time: at that instant seven are
   * delivered.
   */
  @Rule("QUEUE-08")
  void equalTimersAreNotMerged(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    Instant due = turn.fetchedAt().plus(store.lockFor()).plus(store.lockFor());
    OrchestratorMessage same =
        OrchestratorMessage.builder("order", "timer", Payload.utf8("the same"))
            .due(Due.at(due))
            .build();
    first.enqueue(same);
    store.second().enqueue(same);
    first.provider().enqueueAll(List.of(same, same));
    first.turn(turn).send(same, same).apply();
    store.moveTime(store.lockFor());
    first.enqueue(Sample.timer("order", "the same", store.lockFor()));
    store.moveTime(store.lockFor());

    Batch.expect(
        "Equal timers without an id were merged.",
        first.fetchOne("order"),
        Collections.nCopies(7, same));
  }

  /**
   * The same message with the same id again adds nothing.
   *
   * <p><b>Shape:</b> the same again through A and B, to an instance that exists and to one that was
   * not started yet: one message, no error.
   */
  @Rule("QUEUE-09")
  void theSameMessageAgainAddsNothing(StoreUnderTest store) {
    store.first().create("order");
    for (String instance : List.of("order", "unstarted")) {
      OrchestratorMessage message = message(instance, with -> with.start(START));
      store.first().enqueue(message);
      store.first().enqueue(message);
      store.second().enqueue(message);
      store.second().provider().enqueueAll(List.of(message, message));

      OrchestrationItem item = store.first().fetchOne(instance);
      Batch.expect("A repeated message was stored again.", item, message);
      store.first().turn(item).name(Sample.NAME).apply();
    }
    store.first().fetchNone("A repeated message was delivered again.");
  }

  /**
   * The same message sent together from several handles is stored once, and nobody sees an error.
   *
   * <p><b>Shape:</b> in each round several handles enqueue the same message together; the batch has
   * it once.
   */
  @Rule("QUEUE-09")
  void theSameMessageTogetherIsStoredOnce(StoreUnderTest store) {
    List<Handle> handles = store.newHandles(CALLERS);
    store.first().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      OrchestratorMessage message = identified("order", "m-" + round, "round " + round);
      Together.times(CALLERS, i -> handles.get(i).enqueue(message));

      OrchestrationItem item = store.first().fetchOne("order");
      Batch.expect("A message sent together was not stored once.", item, message);
      store.first().finish(item);
    }
  }

  /**
   * Of different messages sent together under one id exactly one is stored, the others are refused.
   *
   * <p><b>Shape:</b> in each round several handles enqueue messages that differ in their body under
   * one id; one is delivered, and the others saw IdempotencyMismatch.
   */
  @Rule("QUEUE-09")
  void ofDifferentMessagesTogetherOneIsStored(StoreUnderTest store) {
    List<Handle> handles = store.newHandles(CALLERS);
    store.first().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      String id = "m-" + round;
      List<Boolean> accepted =
          Together.times(CALLERS, i -> accepts(handles.get(i), identified("order", id, "of " + i)));

      OrchestrationItem item = store.first().fetchOne("order");
      Expect.equal(
          "Of different messages under one id not exactly one was accepted.",
          1L,
          accepted.stream().filter(one -> one).count());
      Batch.expect(
          "The message that was delivered is not the one that was accepted.",
          item,
          identified("order", id, "of " + accepted.indexOf(true)));
      store.first().finish(item);
    }
  }

  /**
   * Another content under a used id is refused, whichever compared field differs, and the first
   * stays.
   *
   * <p><b>Shape:</b> kind, body, start (absent, other name, other and no version, other and no
   * parent) and discardIfUnknown are changed in turn, for an instance that exists and one that was
   * not started yet; then the first is delivered alone.
   */
  @Rule("QUEUE-09")
  void otherContentUnderAUsedIdIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (String instance : List.of("order", "unstarted")) {
      OrchestratorMessage earlier = first.enqueue(message(instance, with -> with.start(START)));
      otherContents(instance)
          .forEach((field, other) ->
              Expect.thrown(
                  "A used message id was accepted with another " + field + ".",
                  IdempotencyMismatch.class,
                  () -> store.second().enqueue(other)));

      OrchestrationItem item = first.fetchOne(instance);
      Batch.expect("The first message did not stay alone and unchanged.", item, earlier);
      first.turn(item).name(Sample.NAME).apply();
    }
    first.fetchNone("A refused message was stored.");
  }

  /**
   * The due time is not compared, and that of the first stays.
   *
   * <p><b>Shape:</b> first now and then in L: delivered now, not again at L. First in L and then
   * now: delivered at L.
   */
  @Rule("QUEUE-09")
  void theFirstDueTimeStays(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage now = identified("order", "m-1", "first now");
    OrchestratorMessage late = identified("order", "m-2", "first late");
    first.enqueue(now);
    first.enqueue(inL(store, now));
    first.enqueue(inL(store, late));
    first.enqueue(late);

    OrchestrationItem earlier = first.fetchOne("order");
    Batch.expect("A repeat changed when a message is due.", earlier, now);
    first.finish(earlier);
    store.moveToJustBefore(store.lockFor());
    first.fetchNone("A repeat changed when a message is due.");
    store.moveTime(store.tick());
    OrchestrationItem later = first.fetchOne("order");
    Batch.expect("The first due time did not stay.", later, late);
  }

  /**
   * A message id counts per instance.
   *
   * <p><b>Shape:</b> the same id, with the same and with another content, to two instances: both
   * are delivered.
   */
  @Rule("QUEUE-10")
  void aMessageIdCountsPerInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.create("one");
    first.create("two");
    OrchestratorMessage toOne = first.enqueue(identified("one", "m-1", "body"));
    OrchestratorMessage toTwo = first.enqueue(identified("two", "m-1", "another body"));

    List<OrchestrationItem> items = first.fetch(2);

    Batch.expect("The first instance lacks its message.", Delivered.of(items, "one"), toOne);
    Batch.expect("The second instance lacks its message.", Delivered.of(items, "two"), toTwo);
  }

  /**
   * A message id is remembered as long as the instance exists: after it was consumed, by the ack
   * that created the instance too, over continue-as-new, and over reopening.
   *
   * <p><b>Shape:</b> an instance is born from a start with an id and consumes another one; both are
   * repeated, and refused with other content, at once, in execution 2, after its end and after
   * reopening.
   */
  @Rule("QUEUE-10")
  void aMessageIdIsRememberedAsLongAsTheInstanceExists(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = message("order", with -> with.start(START).messageId("s-1"));
    OrchestratorMessage poke = identified("order", "m-1", "poke");
    first.enqueue(start);
    first.turn(first.fetchOne("order")).name(Sample.NAME).event(1).apply();
    first.enqueue(poke);
    OrchestrationItem turn = first.fetchOne("order");
    expectRemembered("in the turn that consumes it", store.second(), start, poke);
    first.finish(turn);
    expectRemembered("after it was consumed", first, start, poke);

    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    first.turn(first.fetchOne("order")).execution(2).event(1).apply();
    expectRemembered("in the next execution", first, start, poke);

    first.poke("order");
    first.turn(first.fetchOne("order")).status(ExecutionStatus.COMPLETED).output("done").apply();
    expectRemembered("after the instance completed", first, start, poke);

    expectRemembered("after reopening", store.reopen(), start, poke);
  }

  private static void expectRemembered(String when, Handle handle, OrchestratorMessage... used) {
    for (OrchestratorMessage message : used) {
      handle.enqueue(message);
      handle.fetchNone("A message id was forgotten " + when + ".");
      Expect.thrown(
          "The content of a message id was forgotten " + when + ".",
          IdempotencyMismatch.class,
          () ->
              handle.enqueue(
                  message(message.instanceId(), with -> with.messageId(message.messageId()))));
    }
  }

  /**
   * Before the instance exists, a message id is remembered as long as the message is queued.
   *
   * <p><b>Shape:</b> an orphan that is discarded, and a start consumed by an ack that leaves no
   * row: afterwards the ids are free for another content; while queued they are not.
   */
  @Rule("QUEUE-10")
  void beforeTheInstanceExistsAnIdLivesWithItsMessage(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage orphan = message("order", with -> with.discardIfUnknown(true));
    first.enqueue(orphan);
    first.enqueue(orphan);
    first.fetchNone("An orphan was delivered.");
    OrchestratorMessage start = first.enqueue(message("order", with -> with.start(START)));
    Expect.thrown(
        "A queued message id was accepted with another content.",
        IdempotencyMismatch.class,
        () -> first.enqueue(orphan));

    OrchestrationItem turn = first.fetchOne("order");
    Batch.expect("The id of a discarded orphan is still in use.", turn, start);
    first.finish(turn);
    OrchestratorMessage other = first.enqueue(identified("order", "m-1", "another content"));
    Batch.expect(
        "The id of a message is still in use although no instance came to be.",
        first.fetchOne("order"),
        other);
  }

  /**
   * A message id is never remembered beyond a delete.
   *
   * <p><b>Shape:</b> create with an id, consume another one, delete; the same ids with other
   * content are delivered.
   */
  @Rule("QUEUE-10")
  void aDeleteForgetsMessageIds(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion =
        first
            .provider()
            .capability(InstanceDeletion.class)
            .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, "INSTANCE_DELETION"));
    first.enqueue(message("order", with -> with.start(START).messageId("s-1")));
    first.enqueue(identified("order", "m-1", "before"));
    first.turn(first.fetchOne("order")).name(Sample.NAME).apply();
    deletion.delete(List.of("order"), true);

    OrchestratorMessage start = message("order", with -> with.start(START).messageId("m-1"));
    OrchestratorMessage poke = identified("order", "s-1", "after");
    first.enqueue(start);
    first.enqueue(poke);

    Batch.expect("A delete did not forget message ids.", first.fetchOne("order"), start, poke);
  }

  /**
   * Messages in an ack follow the same rules: a repeat adds nothing, a mismatch rejects the whole
   * ack.
   *
   * <p><b>Shape:</b> an ack that repeats a queued and a consumed message, and one that has the same
   * twice; acks with a mismatch, against the store and within the ack, with everything else good:
   * nothing is stored, and the corrected ack is applied.
   */
  @Rule("QUEUE-11")
  void messagesInAnAckFollowTheSameRules(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage consumed = identified("order", "m-1", "consumed");
    OrchestratorMessage queued = identified("other", "m-1", "queued");
    OrchestratorMessage twice = identified("order", "m-2", "twice in the ack");
    first.create("order");
    first.create("other");
    first.enqueue(consumed);
    OrchestrationItem turn = first.fetchOne("order");
    store.second().enqueue(queued);
    Snapshot before = store.snapshot("order", "other");

    for (List<OrchestratorMessage> bad :
        List.of(
            List.of(twice, identified("order", "m-1", "mismatch with the batch")),
            List.of(identified("other", "m-1", "mismatch with the queue"), twice),
            List.of(twice, identified("order", "m-2", "mismatch within the ack")))) {
      first
          .turn(turn)
          .event(1)
          .activities(1)
          .name("another name")
          .send(bad.toArray(OrchestratorMessage[]::new))
          .reject(
              "An ack with a used message id and another content was not rejected.",
              IdempotencyMismatch.class);
      store.expectUnchanged("An ack rejected for a message id wrote something.", before);
    }

    first.turn(turn).send(consumed, twice, queued, twice).apply();
    List<OrchestrationItem> items = first.fetch(Handle.ALL);
    Batch.expect("A repeat in an ack was stored.", Delivered.of(items, "order"), twice);
    Batch.expect("A repeat in an ack was stored.", Delivered.of(items, "other"), queued);
    first.fetchNoActivity("A rejected ack scheduled an activity.");
  }

  /**
   * Completions follow the same rules: a repeat adds nothing, a mismatch rejects the ack and leaves
   * the activity.
   *
   * <p><b>Shape:</b> a completion whose id was used with another content is rejected, the activity
   * stays locked; two activities complete with the same message: one is delivered.
   */
  @Rule("QUEUE-11")
  void completionsFollowTheSameRules(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityItem one = first.fetchActivity(1);
    ActivityItem two = first.fetchActivity(2);
    OrchestratorMessage completion = identified("order", "m-1", "result");
    Expect.applied(ack(first, one, completion));
    Snapshot before = store.snapshot("order");

    Expect.rejected(
        "A completion with a used message id and another content was not rejected.",
        IdempotencyMismatch.class,
        ack(first, two, identified("order", "m-1", "another result")));
    store.expectUnchanged("A rejected completion changed something.", before);
    store.second().fetchNoActivity("A rejected completion released its activity.");
    Expect.applied(ack(first, two, completion));

    Batch.expect("A repeated completion was stored.", first.fetchOne("order"), completion);
    store.moveTime(store.lockFor());
    first.fetchNoActivity("An acked activity came again.");
  }

  /**
   * Lists follow the same rules: repeats add nothing, and nothing behind a mismatch is stored.
   *
   * <p><b>Shape:</b> a list of a repeat, a new message, the same twice and another new one; lists
   * with a mismatch against the store and within themselves.
   */
  @Rule("QUEUE-11")
  void listsFollowTheSameRules(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage used = first.enqueue(identified("order", "m-1", "used"));
    OrchestratorMessage fresh = identified("order", "m-2", "fresh");
    OrchestratorMessage plain = Sample.message("order", "plain");
    OrchestratorMessage behind = Sample.message("order", "behind a mismatch");
    first.provider().enqueueAll(List.of(used, fresh, fresh, plain));
    List<OrchestratorMessage> expected = new ArrayList<>(List.of(used, fresh, plain));

    Expect.thrown(
        "A list with a mismatch was accepted.",
        IdempotencyMismatch.class,
        () ->
            first
                .provider()
                .enqueueAll(List.of(identified("order", "m-1", "another content"), behind)));
    Expect.thrown(
        "A list with a mismatch within itself was accepted.",
        IdempotencyMismatch.class,
        () ->
            first
                .provider()
                .enqueueAll(List.of(used, identified("order", "m-2", "another content"), behind)));

    Batch.expect("A list did not keep to its message ids.", first.fetchOne("order"), expected);
  }

  // ---- messages

  private static Map<String, OrchestratorMessage> otherContents(String instance) {
    return Map.of(
        "kind",
        OrchestratorMessage.builder(instance, "another", Payload.utf8("body"))
            .messageId("m-1")
            .start(START)
            .build(),
        "body",
        OrchestratorMessage.builder(instance, "poke", Payload.utf8("Body"))
            .messageId("m-1")
            .start(START)
            .build(),
        "start, which is absent",
        message(instance, with -> with.start(null)),
        "name in the start",
        started(instance, "other-name", "1", "parent"),
        "version in the start",
        started(instance, "first-name", "2", "parent"),
        "version in the start, which is absent",
        started(instance, "first-name", null, "parent"),
        "parent in the start",
        started(instance, "first-name", "1", "stranger"),
        "parent in the start, which is absent",
        started(instance, "first-name", "1", null),
        "discardIfUnknown",
        message(instance, with -> with.start(START).discardIfUnknown(true)));
  }

  private static OrchestratorMessage started(
      String instance, String name, @Nullable String version, @Nullable String parent) {
    return message(instance, with -> with.start(new ExecutionStart(name, version, parent)));
  }

  /** A message with the id m-1. */
  private static OrchestratorMessage message(
      String instance, UnaryOperator<OrchestratorMessage.Builder> with) {
    return with.apply(
            OrchestratorMessage.builder(instance, "poke", Payload.utf8("body")).messageId("m-1"))
        .build();
  }

  private static OrchestratorMessage identified(String instance, String messageId, String body) {
    return OrchestratorMessage.builder(instance, "poke", Payload.utf8(body))
        .messageId(messageId)
        .build();
  }

  private static OrchestratorMessage inL(StoreUnderTest store, OrchestratorMessage message) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .messageId(message.messageId())
        .due(Due.in(store.lockFor()))
        .build();
  }

  private static boolean accepts(Handle handle, OrchestratorMessage message) {
    try {
      handle.enqueue(message);
      return true;
    } catch (IdempotencyMismatch refused) {
      return false;
    }
  }

  private static AckResult ack(Handle first, ActivityItem item, OrchestratorMessage completion) {
    return first.provider().ackActivityItem(ActivityAck.of(item.lockToken(), completion));
  }
}
