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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
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
   *
   * <p><b>If this fails, check:</b> are timers keyed by instance and due time? is a repeated timer
   * taken for one that is set anew?
   */
  @Rule("QUEUE-08")
  void equalTimersAreNotMerged(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    Instant due = turn.fetchedAt().plus(s.lockFor()).plus(s.lockFor());
    OrchestratorMessage same =
        OrchestratorMessage.builder("order", "timer", Payload.utf8("the same"))
            .due(Due.at(due))
            .build();
    a.enqueue(same);
    s.b().enqueue(same);
    a.provider().enqueueAll(List.of(same, same));
    a.turn(turn).send(same, same).apply();
    s.moveTime(s.lockFor());
    a.enqueue(Sample.timer("order", "the same", s.lockFor()));
    s.moveTime(s.lockFor());

    Batch.expect(
        "Equal timers without an id were merged.",
        a.fetchOne("order"),
        Collections.nCopies(7, same));
  }

  /**
   * The same message with the same id again adds nothing.
   *
   * <p><b>Shape:</b> the same again through A and B, to an instance that exists and to one that was
   * not started yet: one message, no error.
   *
   * <p><b>If this fails, check:</b> is the id looked up before the insert? is a violation of its
   * uniqueness reported although the content is equal?
   */
  @Rule("QUEUE-09")
  void theSameMessageAgainAddsNothing(StoreUnderTest s) {
    s.a().create("order");
    for (String instance : List.of("order", "unstarted")) {
      OrchestratorMessage message = message(instance, with -> with.start(START));
      s.a().enqueue(message);
      s.a().enqueue(message);
      s.b().enqueue(message);
      s.b().provider().enqueueAll(List.of(message, message));

      OrchestrationItem item = s.a().fetchOne(instance);
      Batch.expect("A repeated message was stored again.", item, message);
      s.a().turn(item).name(Sample.NAME).apply();
    }
    s.a().fetchNone("A repeated message was delivered again.");
  }

  /**
   * The same message sent together from several handles is stored once, and nobody sees an error.
   *
   * <p><b>Shape:</b> in each round several handles enqueue the same message together; the batch has
   * it once.
   *
   * <p><b>If this fails, check:</b> is there room between looking up the id and inserting it? is
   * the violation of uniqueness that the loser sees translated into "already there"?
   */
  @Rule("QUEUE-09")
  void theSameMessageTogetherIsStoredOnce(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    s.a().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      OrchestratorMessage message = identified("order", "m-" + round, "round " + round);
      Together.times(CALLERS, i -> handles.get(i).enqueue(message));

      OrchestrationItem item = s.a().fetchOne("order");
      Batch.expect("A message sent together was not stored once.", item, message);
      s.a().finish(item);
    }
  }

  /**
   * Of different messages sent together under one id exactly one is stored, the others are refused.
   *
   * <p><b>Shape:</b> in each round several handles enqueue messages that differ in their body under
   * one id; one is delivered, and the others saw IdempotencyMismatch.
   *
   * <p><b>If this fails, check:</b> does the loser of the race compare contents, or take the
   * violation of uniqueness for a repeat?
   */
  @Rule("QUEUE-09")
  void ofDifferentMessagesTogetherOneIsStored(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    s.a().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      String id = "m-" + round;
      List<Boolean> accepted =
          Together.times(CALLERS, i -> accepts(handles.get(i), identified("order", id, "of " + i)));

      OrchestrationItem item = s.a().fetchOne("order");
      Expect.equal(
          "Of different messages under one id not exactly one was accepted.",
          1L,
          accepted.stream().filter(one -> one).count());
      Batch.expect(
          "The message that was delivered is not the one that was accepted.",
          item,
          identified("order", id, "of " + accepted.indexOf(true)));
      s.a().finish(item);
    }
  }

  /**
   * Another content under a used id is refused, whichever compared field differs, and the first
   * stays.
   *
   * <p><b>Shape:</b> kind, body, start (absent, other name, other and no version, other and no
   * parent) and dropIfOrphan are changed in turn, for an instance that exists and one that was not
   * started yet; then the first is delivered alone.
   *
   * <p><b>If this fails, check:</b> are all four fields compared? is an absent field of the start
   * told from a present one?
   */
  @Rule("QUEUE-09")
  void otherContentUnderAUsedIdIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (String instance : List.of("order", "unstarted")) {
      OrchestratorMessage first = a.enqueue(message(instance, with -> with.start(START)));
      otherContents(instance)
          .forEach((field, other) ->
              Expect.thrown(
                  "A used message id was accepted with another " + field + ".",
                  IdempotencyMismatch.class,
                  () -> s.b().enqueue(other)));

      OrchestrationItem item = a.fetchOne(instance);
      Batch.expect("The first message did not stay alone and unchanged.", item, first);
      a.turn(item).name(Sample.NAME).apply();
    }
    a.fetchNone("A refused message was stored.");
  }

  /**
   * The due time is not compared, and that of the first stays.
   *
   * <p><b>Shape:</b> first now and then in L: delivered now, not again at L. First in L and then
   * now: delivered at L.
   *
   * <p><b>If this fails, check:</b> is the due time part of the comparison? does a repeat update
   * the stored row?
   */
  @Rule("QUEUE-09")
  void theFirstDueTimeStays(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage now = identified("order", "m-1", "first now");
    OrchestratorMessage late = identified("order", "m-2", "first late");
    a.enqueue(now);
    a.enqueue(inL(s, now));
    a.enqueue(inL(s, late));
    a.enqueue(late);

    OrchestrationItem first = a.fetchOne("order");
    Batch.expect("A repeat changed when a message is due.", first, now);
    a.finish(first);
    s.moveToJustBefore(s.lockFor());
    a.fetchNone("A repeat changed when a message is due.");
    s.moveTime(s.tick());
    OrchestrationItem second = a.fetchOne("order");
    Batch.expect("The first due time did not stay.", second, late);
  }

  /**
   * A message id counts per instance.
   *
   * <p><b>Shape:</b> the same id, with the same and with another content, to two instances: both
   * are delivered.
   *
   * <p><b>If this fails, check:</b> is the instance part of the uniqueness?
   */
  @Rule("QUEUE-10")
  void aMessageIdCountsPerInstance(StoreUnderTest s) {
    Handle a = s.a();
    a.create("one");
    a.create("two");
    OrchestratorMessage toOne = a.enqueue(identified("one", "m-1", "body"));
    OrchestratorMessage toTwo = a.enqueue(identified("two", "m-1", "another body"));

    List<OrchestrationItem> items = a.fetch(2);

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
   *
   * <p><b>If this fails, check:</b> does the id live in the row of the message, which the ack
   * deletes? does the first ack forget what it consumed?
   */
  @Rule("QUEUE-10")
  void aMessageIdIsRememberedAsLongAsTheInstanceExists(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = message("order", with -> with.start(START).messageId("s-1"));
    OrchestratorMessage poke = identified("order", "m-1", "poke");
    a.enqueue(start);
    a.turn(a.fetchOne("order")).name(Sample.NAME).event(1).apply();
    a.enqueue(poke);
    OrchestrationItem turn = a.fetchOne("order");
    expectRemembered("in the turn that consumes it", s.b(), start, poke);
    a.finish(turn);
    expectRemembered("after it was consumed", a, start, poke);

    a.poke("order");
    a.turn(a.fetchOne("order"))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    a.turn(a.fetchOne("order")).execution(2).event(1).apply();
    expectRemembered("in the next execution", a, start, poke);

    a.poke("order");
    a.turn(a.fetchOne("order")).status(ExecutionStatus.COMPLETED).output("done").apply();
    expectRemembered("after the instance completed", a, start, poke);

    expectRemembered("after reopening", s.reopen(), start, poke);
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
   *
   * <p><b>If this fails, check:</b> do ids of instances that never came to be stay behind for ever?
   * are they tied to the queued message until the instance row is there?
   */
  @Rule("QUEUE-10")
  void beforeTheInstanceExistsAnIdLivesWithItsMessage(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage orphan = message("order", with -> with.dropIfOrphan(true));
    a.enqueue(orphan);
    a.enqueue(orphan);
    a.fetchNone("An orphan was delivered.");
    OrchestratorMessage start = a.enqueue(message("order", with -> with.start(START)));
    Expect.thrown(
        "A queued message id was accepted with another content.",
        IdempotencyMismatch.class,
        () -> a.enqueue(orphan));

    OrchestrationItem turn = a.fetchOne("order");
    Batch.expect("The id of a discarded orphan is still in use.", turn, start);
    a.finish(turn);
    OrchestratorMessage other = a.enqueue(identified("order", "m-1", "another content"));
    Batch.expect(
        "The id of a message is still in use although no instance came to be.",
        a.fetchOne("order"),
        other);
  }

  /**
   * A message id is never remembered beyond a delete.
   *
   * <p><b>Shape:</b> create with an id, consume another one, delete; the same ids with other
   * content are delivered.
   *
   * <p><b>If this fails, check:</b> does deleting an instance delete its message ids?
   */
  @Rule("QUEUE-10")
  void aDeleteForgetsMessageIds(StoreUnderTest s) {
    Handle a = s.a();
    InstanceDeletion deletion =
        a.provider()
            .capability(InstanceDeletion.class)
            .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, "INSTANCE_DELETION"));
    a.enqueue(message("order", with -> with.start(START).messageId("s-1")));
    a.enqueue(identified("order", "m-1", "before"));
    a.turn(a.fetchOne("order")).name(Sample.NAME).apply();
    deletion.delete(List.of("order"), true);

    OrchestratorMessage start = message("order", with -> with.start(START).messageId("m-1"));
    OrchestratorMessage poke = identified("order", "s-1", "after");
    a.enqueue(start);
    a.enqueue(poke);

    Batch.expect("A delete did not forget message ids.", a.fetchOne("order"), start, poke);
  }

  /**
   * Messages in an ack follow the same rules: a repeat adds nothing, a mismatch rejects the whole
   * ack.
   *
   * <p><b>Shape:</b> an ack that repeats a queued and a consumed message, and one that has the same
   * twice; acks with a mismatch, against the store and within the ack, with everything else good:
   * nothing is stored, and the corrected ack is applied.
   *
   * <p><b>If this fails, check:</b> does the ack insert messages on another path than enqueue? is
   * the mismatch found after something was committed?
   */
  @Rule("QUEUE-11")
  void messagesInAnAckFollowTheSameRules(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage consumed = identified("order", "m-1", "consumed");
    OrchestratorMessage queued = identified("other", "m-1", "queued");
    OrchestratorMessage twice = identified("order", "m-2", "twice in the ack");
    a.create("order");
    a.create("other");
    a.enqueue(consumed);
    OrchestrationItem turn = a.fetchOne("order");
    s.b().enqueue(queued);
    Snapshot before = s.snapshot("order", "other");

    for (List<OrchestratorMessage> bad :
        List.of(
            List.of(twice, identified("order", "m-1", "mismatch with the batch")),
            List.of(identified("other", "m-1", "mismatch with the queue"), twice),
            List.of(twice, identified("order", "m-2", "mismatch within the ack")))) {
      a.turn(turn)
          .event(1)
          .activities(1)
          .name("another name")
          .send(bad.toArray(OrchestratorMessage[]::new))
          .reject(
              "An ack with a used message id and another content was not rejected.",
              IdempotencyMismatch.class);
      s.expectUnchanged("An ack rejected for a message id wrote something.", before);
    }

    a.turn(turn).send(consumed, twice, queued, twice).apply();
    List<OrchestrationItem> items = a.fetch(Handle.ALL);
    Batch.expect("A repeat in an ack was stored.", Delivered.of(items, "order"), twice);
    Batch.expect("A repeat in an ack was stored.", Delivered.of(items, "other"), queued);
    a.fetchNoActivity("A rejected ack scheduled an activity.");
  }

  /**
   * Completions follow the same rules: a repeat adds nothing, a mismatch rejects the ack and leaves
   * the activity.
   *
   * <p><b>Shape:</b> a completion whose id was used with another content is rejected, the activity
   * stays locked; two activities complete with the same message: one is delivered.
   *
   * <p><b>If this fails, check:</b> is the activity removed before the completion is refused?
   */
  @Rule("QUEUE-11")
  void completionsFollowTheSameRules(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);
    OrchestratorMessage completion = identified("order", "m-1", "result");
    Expect.applied(ack(a, one, completion));
    Snapshot before = s.snapshot("order");

    Expect.rejected(
        "A completion with a used message id and another content was not rejected.",
        IdempotencyMismatch.class,
        ack(a, two, identified("order", "m-1", "another result")));
    s.expectUnchanged("A rejected completion changed something.", before);
    s.b().fetchNoActivity("A rejected completion released its activity.");
    Expect.applied(ack(a, two, completion));

    Batch.expect("A repeated completion was stored.", a.fetchOne("order"), completion);
    s.moveTime(s.lockFor());
    a.fetchNoActivity("An acked activity came again.");
  }

  /**
   * Lists follow the same rules: repeats add nothing, and nothing behind a mismatch is stored.
   *
   * <p><b>Shape:</b> a list of a repeat, a new message, the same twice and another new one; lists
   * with a mismatch against the store and within themselves.
   *
   * <p><b>If this fails, check:</b> does one repeat in a list discard the rest of it? does the list
   * go on behind a refused message?
   */
  @Rule("QUEUE-11")
  void listsFollowTheSameRules(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage used = a.enqueue(identified("order", "m-1", "used"));
    OrchestratorMessage fresh = identified("order", "m-2", "fresh");
    OrchestratorMessage plain = Sample.message("order", "plain");
    OrchestratorMessage behind = Sample.message("order", "behind a mismatch");
    a.provider().enqueueAll(List.of(used, fresh, fresh, plain));
    List<OrchestratorMessage> expected = new ArrayList<>(List.of(used, fresh, plain));

    Expect.thrown(
        "A list with a mismatch was accepted.",
        IdempotencyMismatch.class,
        () ->
            a.provider()
                .enqueueAll(List.of(identified("order", "m-1", "another content"), behind)));
    Expect.thrown(
        "A list with a mismatch within itself was accepted.",
        IdempotencyMismatch.class,
        () ->
            a.provider()
                .enqueueAll(List.of(used, identified("order", "m-2", "another content"), behind)));

    Batch.expect("A list did not keep to its message ids.", a.fetchOne("order"), expected);
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
        "dropIfOrphan",
        message(instance, with -> with.start(START).dropIfOrphan(true)));
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

  private static OrchestratorMessage inL(StoreUnderTest s, OrchestratorMessage message) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .messageId(message.messageId())
        .due(Due.in(s.lockFor()))
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

  private static AckResult ack(Handle a, ActivityItem item, OrchestratorMessage completion) {
    return a.provider().ackActivityItem(ActivityAck.of(item.lockToken(), completion));
  }
}
