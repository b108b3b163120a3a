// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Lists of acks of instances: each ack on its own, one after another. */
@RuleFamily("ATOM")
final class AtomListRules {

  private static final int ROUNDS = 15;
  private static final int LENGTH = 5;

  /** What is wrong with an ack of a list, and how it is answered. */
  private enum Flaw {
    NONE(AckAnswers.APPLIED),
    EXPIRED(AckAnswers.LOCK_LOST),
    DUPLICATE(AckAnswers.DUPLICATE_EVENT),
    INVALID(AckAnswers.INVALID_REQUEST);

    private final String answer;

    Flaw(String answer) {
      this.answer = answer;
    }
  }

  /**
   * A bad ack at the start of a list does not touch the others.
   *
   * <p><b>Shape:</b> lists of five acks whose first one is expired, repeats an event, or is
   * invalid; each answer, the histories, the messages and the locks are compared.
   */
  @Rule("ATOM-11")
  void aBadFirstAckDoesNotTouchTheOthers(StoreUnderTest store) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(store, flaw, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad ack in the middle of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the third ack.
   */
  @Rule("ATOM-11")
  void aBadMiddleAckDoesNotTouchTheOthers(StoreUnderTest store) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(store, Flaw.NONE, Flaw.NONE, flaw, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad ack at the end of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the last ack.
   */
  @Rule("ATOM-11")
  void aBadLastAckDoesNotTouchTheOthers(StoreUnderTest store) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(store, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE, flaw);
    }
  }

  /**
   * One good ack among bad ones is applied.
   *
   * <p><b>Shape:</b> as before, with all acks bad but one, each in another way.
   */
  @Rule("ATOM-11")
  void oneGoodAckAmongBadOnesIsApplied(StoreUnderTest store) {
    expectEachOnItsOwn(
        store, Flaw.NONE, Flaw.INVALID, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.DUPLICATE);
    expectEachOnItsOwn(store, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.NONE, Flaw.INVALID, Flaw.EXPIRED);
    expectEachOnItsOwn(store, Flaw.INVALID, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.INVALID, Flaw.NONE);
  }

  private static void expectEachOnItsOwn(StoreUnderTest store, Flaw... flaws) {
    Handle first = store.first();
    String prefix = "list" + store.nextNumber() + "-";
    String sink = prefix + "sink";
    first.create(sink);
    List<OrchestrationItem> items = lockedWithEvent(store, prefix, flaws);
    List<OrchestrationAck> acks = new ArrayList<>();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      Turn turn = first.turn(items.get(i)).send(Sample.message(sink, "from " + i));
      acks.add(withFlaw(turn, flaws[i]).build());
      if (flaws[i] == Flaw.NONE) {
        sent.add(Sample.message(sink, "from " + i));
      }
    }

    List<AckResult> results = first.provider().ackOrchestrationItems(acks);

    Expect.equal(
        "The list is not answered ack by ack, in order.",
        IntStream.range(0, flaws.length).mapToObj(i -> flaws[i].answer).toList(),
        AckAnswers.of(results));
    for (int i = 0; i < flaws.length; i++) {
      Expect.equal(
          "The history of ack " + i + " is not what its answer says.",
          Sample.events(1, flaws[i] == Flaw.NONE ? 2 : 1),
          first.history(prefix + i, 1));
    }
    expectDelivered(store.second(), items, flaws, sink, sent);
    for (int i = 0; i < flaws.length; i++) {
      if (flaws[i] == Flaw.DUPLICATE || flaws[i] == Flaw.INVALID) {
        first.turn(items.get(i)).event(2).apply();
      }
    }
    store.second().fetchNone("A batch came again although it was acked.");
  }

  /** Only the sink and the instances whose lock had ended are deliverable; takes them away. */
  private static void expectDelivered(
      Handle handle,
      List<OrchestrationItem> items,
      Flaw[] flaws,
      String sink,
      List<OrchestratorMessage> sent) {
    List<String> expected = new ArrayList<>(List.of(sink));
    for (int i = 0; i < flaws.length; i++) {
      if (flaws[i] == Flaw.EXPIRED) {
        expected.add(items.get(i).instanceId());
      }
    }
    List<OrchestrationItem> delivered = handle.fetch(Handle.ALL);
    Expect.equal(
        "The acks did not release the locks that they should.",
        expected.stream().sorted().toList(),
        delivered.stream().map(OrchestrationItem::instanceId).sorted().toList());
    for (OrchestrationItem item : delivered) {
      if (item.instanceId().equals(sink)) {
        Batch.expect("The messages are not those of the good acks, in list order.", item, sent);
      }
      handle.finish(item);
    }
  }

  private static Turn withFlaw(Turn turn, Flaw flaw) {
    return switch (flaw) {
      case NONE, EXPIRED -> turn.event(2);
      case DUPLICATE -> turn.event(1).event(2);
      case INVALID -> turn.event(2).activity(Sample.activity("stranger", 1));
    };
  }

  /** Instances with event 1 and one message, locked; the locks of some have ended. */
  private static List<OrchestrationItem> lockedWithEvent(
      StoreUnderTest store, String prefix, Flaw... flaws) {
    Handle first = store.first();
    List<OrchestrationItem> items = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      String id = prefix + i;
      first.start(id);
      first.turn(first.fetchOne(id)).name(Sample.NAME).event(1).apply();
      first.poke(id);
      long locks = flaws[i] == Flaw.EXPIRED ? 1 : 3;
      items.addAll(first.fetch(OrchestrationFetch.of(1, store.lockFor().multipliedBy(locks))));
    }
    Expect.equal("An instance was not delivered alone.", flaws.length, items.size());
    if (List.of(flaws).contains(Flaw.EXPIRED)) {
      store.moveTime(store.lockFor());
    }
    return items;
  }

  /**
   * A token that stands twice is applied, then recognised; a rejected one can be corrected in the
   * same list.
   *
   * <p><b>Shape:</b> a list with two acks of one token around another one; a list with a bad ack
   * and its correction.
   */
  @Rule("ATOM-11")
  void aTokenThatStandsTwiceIsAppliedOnce(StoreUnderTest store) {
    Handle first = store.first();
    List<OrchestrationItem> items =
        lockedWithEvent(store, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE);
    OrchestrationItem one = items.get(0);
    OrchestrationItem two = items.get(1);
    OrchestrationItem three = items.get(2);

    List<AckResult> results =
        first
            .provider()
            .ackOrchestrationItems(
                List.of(
                    first.turn(one).event(2).build(),
                    first.turn(two).event(2).build(),
                    first.turn(one).event(2).build(),
                    first.turn(three).event(1).build(),
                    first.turn(one).event(3).build(),
                    first.turn(three).event(2).build()));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.ALREADY_APPLIED,
            AckAnswers.DUPLICATE_EVENT,
            AckAnswers.ALREADY_APPLIED,
            AckAnswers.APPLIED),
        AckAnswers.of(results));
    for (int i = 0; i < 3; i++) {
      Expect.equal(
          "A history is not that of the ack that was applied.",
          Sample.events(1, 2),
          first.history("order-" + i, 1));
    }
  }

  /**
   * A list has the effects of its acks in list order.
   *
   * <p><b>Shape:</b> acks that send to one common instance, to a later and to an earlier one in the
   * list, while a message for a member has come since its fetch; all that was sent is delivered, in
   * the order of the list, and what was sent to a member is its next batch.
   */
  @Rule("ATOM-12")
  void aListHasItsEffectsInListOrder(StoreUnderTest store) {
    Handle first = store.first();
    first.create("sink");
    List<OrchestrationItem> items =
        lockedWithEvent(store, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE);
    OrchestratorMessage earlier = Sample.message("sink", "first");
    OrchestratorMessage later = Sample.message("sink", "second");
    OrchestratorMessage third = Sample.message("sink", "third");
    OrchestratorMessage fourth = Sample.message("sink", "fourth");
    OrchestratorMessage forward = Sample.message("order-0", "to the next in the list");
    OrchestratorMessage backward = Sample.message("order-2", "to the one before in the list");
    OrchestratorMessage late = store.second().poke("order-1");

    List<AckResult> results =
        first
            .provider()
            .ackOrchestrationItems(
                List.of(
                    first.turn(items.get(2)).event(2).send(earlier, forward, later).build(),
                    first.turn(items.get(0)).event(2).send(backward, third).build(),
                    first.turn(items.get(1)).event(2).send(fourth).build()));

    results.forEach(Expect::applied);
    expectNext(
        store.second(),
        Map.of(
            "sink", List.of(earlier, later, third, fourth),
            "order-0", List.of(forward),
            "order-1", List.of(late),
            "order-2", List.of(backward)));
    store.second().fetchNone("A batch came again.");
  }

  /** Expects exactly these batches, whatever is delivered: what is missing is lost. */
  private static void expectNext(
      Handle handle, Map<String, List<OrchestratorMessage>> expectedBatches) {
    Map<String, List<OrchestratorMessage>> delivered = new TreeMap<>();
    for (OrchestrationItem item : handle.fetch(Handle.ALL)) {
      delivered.put(item.instanceId(), Batch.withoutDue(item.messages()));
      handle.finish(item);
    }
    Map<String, List<OrchestratorMessage>> expected = new TreeMap<>();
    expectedBatches.forEach((id, messages) -> expected.put(id, Batch.withoutDue(messages)));
    Expect.equal("A message is lost, comes again, or is not in list order.", expected, delivered);
  }

  /**
   * What an ack stored is there for the next one in the list.
   *
   * <p><b>Shape:</b> a rejected ack, a good one, one that repeats its message id and one that uses
   * it for something else.
   */
  @Rule("ATOM-12")
  void anAckSeesTheEffectsOfTheOnesBeforeIt(StoreUnderTest store) {
    Handle first = store.first();
    first.create("sink");
    List<OrchestrationItem> items =
        lockedWithEvent(store, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);

    List<AckResult> results =
        first
            .provider()
            .ackOrchestrationItems(
                List.of(
                    first.turn(items.get(0)).event(1).send(identified("rejected")).build(),
                    first.turn(items.get(1)).event(2).send(identified("good")).build(),
                    first.turn(items.get(2)).event(2).send(identified("good")).build(),
                    first.turn(items.get(3)).event(2).send(identified("other")).build()));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.DUPLICATE_EVENT,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.MISMATCH),
        AckAnswers.of(results));
    Batch.expect(
        "The message is not there once.", store.second().fetchOne("sink"), identified("good"));
    store.second().fetchNone("A rejected ack released its lock.");
    first.turn(items.get(3)).event(2).apply();
  }

  private static OrchestratorMessage identified(String body) {
    return OrchestratorMessage.builder("sink", "poke", Payload.utf8(body)).messageId("m-1").build();
  }

  /**
   * Repeating a list of which a part was applied answers truly for each ack.
   *
   * <p><b>Shape:</b> each prefix of a list is applied on its own, as a disturbance would leave it;
   * the whole list is then recognised so far and applied from there, and once more all of it is
   * recognised; each message is there once.
   */
  @Rule("ATOM-13")
  void aListOfWhichAPartWasAppliedCanBeRepeated(StoreUnderTest store) {
    Handle first = store.first();
    Flaw[] good = IntStream.range(0, LENGTH).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new);
    for (int applied = 0; applied <= LENGTH; applied++) {
      String prefix = "list" + applied + "-";
      String sink = prefix + "sink";
      first.create(sink);
      List<OrchestrationAck> acks = new ArrayList<>();
      List<OrchestratorMessage> sent = new ArrayList<>();
      for (OrchestrationItem item : lockedWithEvent(store, prefix, good)) {
        OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
        sent.add(message);
        acks.add(first.turn(item).event(2).send(message).build());
      }
      first.provider().ackOrchestrationItems(acks.subList(0, applied)).forEach(Expect::applied);

      List<String> expected = new ArrayList<>();
      for (int i = 0; i < LENGTH; i++) {
        expected.add(i < applied ? AckAnswers.ALREADY_APPLIED : AckAnswers.APPLIED);
      }
      Expect.equal(
          "A list of which a part was applied is not answered truly.",
          expected,
          AckAnswers.of(store.second().provider().ackOrchestrationItems(acks)));
      first
          .provider()
          .ackOrchestrationItems(acks)
          .forEach(r -> Expect.alreadyApplied("A repeated list was not recognised.", r));

      OrchestrationItem item = store.second().fetchOne(sink);
      Batch.expect("The messages are not there once.", item, sent);
      store.second().finish(item);
      store.second().fetchNone("A repeated list left something deliverable.");
    }
  }

  /**
   * Lists that are in each other's way leave every ack whole, and repeating them answers truly.
   *
   * <p><b>Shape:</b> in each round A acks a list and B the same one in reverse, together; whoever
   * is told that it may repeat repeats; each ack is applied once, each message and event is there
   * once.
   */
  @Rule("ATOM-13")
  void crossingListsLeaveEveryAckWhole(StoreUnderTest store) {
    Handle first = store.first();
    Flaw[] good = IntStream.range(0, LENGTH).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new);
    for (int round = 0; round < ROUNDS; round++) {
      String prefix = "list" + round + "-";
      String sink = prefix + "sink";
      first.create(sink);
      List<OrchestrationAck> acks = new ArrayList<>();
      List<OrchestratorMessage> sent = new ArrayList<>();
      for (OrchestrationItem item : lockedWithEvent(store, prefix, good)) {
        OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
        sent.add(message);
        acks.add(first.turn(item).event(2).send(message).build());
      }

      CrossingLists.expectEachAppliedOnce(
          acks,
          first.provider()::ackOrchestrationItems,
          store.second().provider()::ackOrchestrationItems);

      OrchestrationItem item = first.fetchOne(sink);
      CrossingLists.expectEachOnce(sent, item);
      first.finish(item);
      for (int i = 0; i < LENGTH; i++) {
        Expect.equal(
            "An event is not there once.", Sample.events(1, 2), first.history(prefix + i, 1));
      }
      first.fetchNone("A batch came again although it was acked.");
    }
  }

  /**
   * An empty list answers an empty list without work.
   *
   * <p><b>Shape:</b> an empty list while work is locked; nothing has changed.
   */
  @Rule("ATOM-13")
  void anEmptyListAnswersAnEmptyList(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    Snapshot before = store.snapshot("order");

    Expect.none("An empty list has results.", first.provider().ackOrchestrationItems(List.of()));

    store.expectUnchanged("An empty list changed something.", before);
    held.finish(first);
  }
}
