// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Messages as changes. */
@RuleFamily("CHANGE")
final class ChangeMessageRules {

  /**
   * A message id counts wherever it was used.
   *
   * <p><b>Shape:</b> every way: the id of an enqueued message, and one that an enqueue uses
   * afterwards, with the same content and with other.
   */
  @Rule("CHANGE-19")
  void aMessageIdCountsWhereverItWasUsed(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      String id = "receiver " + way;
      store.first().create(id);
      OrchestratorMessage enqueued = MessageChanges.identified(id, "enqueued", "one");
      store.first().enqueue(enqueued);
      carrier
          .carry(List.of(new SendMessage(MessageChanges.identified(id, "enqueued", "other"))))
          .refused("A used message id was taken.", IdempotencyMismatch.class);
      OrchestratorMessage changed = MessageChanges.identified(id, "changed", "two");
      List<ChangeResult> results =
          carrier
              .carry(List.of(new SendMessage(enqueued), new SendMessage(changed)))
              .applied("A repeated message was refused.");
      Expect.equal(
          "A repeated message was stored, or a new one was not.",
          List.of(new MessageSent(false), new MessageSent(true)),
          results);
      Expect.equal(
          "The id of a change was not recognised by an enqueue.",
          EnqueueResult.of(false),
          store.second().provider().enqueue(changed));
      Expect.thrown(
          "The id of a change was taken by an enqueue.",
          IdempotencyMismatch.class,
          () -> store.second().enqueue(MessageChanges.identified(id, "changed", "something else")));
      Expect.equal(
          "Messages are not there, each once.",
          Batch.withoutDue(List.of(enqueued, changed)),
          Batch.withoutDue(MessageChanges.taken(store.second(), id)));
    }
  }

  /**
   * In an ack, messages that are changes stand behind its own.
   *
   * <p><b>Shape:</b> a turn sends one message of its own and two as changes, with one enqueued
   * before and one after: the batch in that order.
   */
  @Rule("CHANGE-19")
  void changesStandBehindTheAcksOwnMessages(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    Handle first = store.first();
    first.create("receiver");
    OrchestrationItem held = ChangeCarrier.lockedTurn(store);
    OrchestratorMessage before = first.poke("receiver");
    OrchestratorMessage own = Sample.message("receiver", "own");
    SendMessage one = MessageChanges.send("receiver", "change 1");
    SendMessage two = MessageChanges.send("receiver", "change 2");
    Expect.applied(
        first
            .provider()
            .ackOrchestrationItem(
                first.turn(held).send(own).build().withChanges(List.of(one, two))));
    OrchestratorMessage after = first.poke("receiver");
    Batch.expect(
        "Messages of an ack are not in their order.",
        store.second().fetchOne("receiver"),
        before,
        own,
        one.message(),
        two.message(),
        after);
  }

  /**
   * A waiting fetch wakes up for a message that is a change.
   *
   * <p><b>Shape:</b> every way: park a fetch of A and one of B, then make the call.
   */
  @Rule("CHANGE-19")
  void aWaitingFetchWakesUp(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      for (Handle waiter : List.of(store.first(), store.second())) {
        ChangeCarrier carrier = ChangeCarrier.on(store, way);
        String id = "receiver " + store.nextNumber();
        store.first().create(id);
        if (way == ChangeWay.ACTIVITY || way == ChangeWay.ACTIVITY_IN_LIST) {
          continue; // their completions wake it anyway
        }
        try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, waiter)) {
          carrier
              .carry(List.of(MessageChanges.send(id, "wakes")))
              .applied("A message was refused.");
          List<OrchestrationItem> items =
              parked.within("A message did not wake a waiting fetch.", Waiters.bound(store));
          Expect.equal("A waiting fetch ended without the item.", 1, items.size());
          waiter.finish(items.get(0));
        }
      }
    }
  }

  /**
   * An unreadable message stops no other.
   *
   * <p><b>Shape:</b> a message that was a change is damaged, the oldest of all; changes to its
   * instance and to another one are applied, and the other one is delivered.
   */
  @Rule("CHANGE-23")
  void anUnreadableMessageStopsNoOther(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    Handle first = store.first();
    first.create("bad");
    first.create("healthy");
    apply(first, MessageChanges.send("bad", "damaged"));
    store.whiteBox().corrupt(RowKind.MESSAGE, "bad");
    store.moveTime(store.tick());
    apply(first, MessageChanges.send("bad", "behind it"));
    SendMessage healthy = MessageChanges.send("healthy", "right");
    apply(store.second(), healthy);
    for (int tries = 0; tries < 2; tries++) {
      try {
        for (OrchestrationItem item : store.second().fetch(1)) {
          if (item.instanceId().equals("healthy")) {
            Batch.expect("A healthy message is not right.", item, healthy.message());
            return;
          }
        }
      } catch (CorruptData corrupt) {
        Expect.equal("The error names another instance.", "bad", corrupt.instanceId());
      }
    }
    throw Expect.violation(
        "An unreadable message holds up another instance.", "healthy", "not delivered");
  }

  private static void apply(Handle handle, Change change) {
    Expect.equal(
        "A change was not applied.",
        List.of(new MessageSent(true)),
        ChangeCarrier.calls(handle).apply(List.of(change)));
  }
}
