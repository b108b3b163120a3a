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
   *
   * <p><b>If this fails, check:</b> does a bad ack abort the transaction of the good ones?
   */
  @Rule("ATOM-11")
  void aBadFirstAckDoesNotTouchTheOthers(StoreUnderTest s) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(s, flaw, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad ack in the middle of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the third ack.
   *
   * <p><b>If this fails, check:</b> does a bad ack end the loop, or undo what came before?
   */
  @Rule("ATOM-11")
  void aBadMiddleAckDoesNotTouchTheOthers(StoreUnderTest s) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(s, Flaw.NONE, Flaw.NONE, flaw, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad ack at the end of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the last ack.
   *
   * <p><b>If this fails, check:</b> does a bad ack undo what came before?
   */
  @Rule("ATOM-11")
  void aBadLastAckDoesNotTouchTheOthers(StoreUnderTest s) {
    for (Flaw flaw : List.of(Flaw.EXPIRED, Flaw.DUPLICATE, Flaw.INVALID)) {
      expectEachOnItsOwn(s, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE, flaw);
    }
  }

  /**
   * One good ack among bad ones is applied.
   *
   * <p><b>Shape:</b> as before, with all acks bad but one, each in another way.
   *
   * <p><b>If this fails, check:</b> is a list given up after some errors?
   */
  @Rule("ATOM-11")
  void oneGoodAckAmongBadOnesIsApplied(StoreUnderTest s) {
    expectEachOnItsOwn(s, Flaw.NONE, Flaw.INVALID, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.DUPLICATE);
    expectEachOnItsOwn(s, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.NONE, Flaw.INVALID, Flaw.EXPIRED);
    expectEachOnItsOwn(s, Flaw.INVALID, Flaw.DUPLICATE, Flaw.EXPIRED, Flaw.INVALID, Flaw.NONE);
  }

  private static void expectEachOnItsOwn(StoreUnderTest s, Flaw... flaws) {
    Handle a = s.a();
    String prefix = "list" + s.nextNumber() + "-";
    String sink = prefix + "sink";
    a.create(sink);
    List<OrchestrationItem> items = lockedWithEvent(s, prefix, flaws);
    List<OrchestrationAck> acks = new ArrayList<>();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      Turn turn = a.turn(items.get(i)).send(Sample.message(sink, "from " + i));
      acks.add(withFlaw(turn, flaws[i]).build());
      if (flaws[i] == Flaw.NONE) {
        sent.add(Sample.message(sink, "from " + i));
      }
    }

    List<AckResult> results = a.provider().ackOrchestrationItems(acks);

    Expect.equal(
        "The list is not answered ack by ack, in order.",
        IntStream.range(0, flaws.length).mapToObj(i -> flaws[i].answer).toList(),
        AckAnswers.of(results));
    for (int i = 0; i < flaws.length; i++) {
      Expect.equal(
          "The history of ack " + i + " is not what its answer says.",
          Sample.events(1, flaws[i] == Flaw.NONE ? 2 : 1),
          a.history(prefix + i, 1));
    }
    expectDelivered(s.b(), items, flaws, sink, sent);
    for (int i = 0; i < flaws.length; i++) {
      if (flaws[i] == Flaw.DUPLICATE || flaws[i] == Flaw.INVALID) {
        a.turn(items.get(i)).event(2).apply();
      }
    }
    s.b().fetchNone("A batch came again although it was acked.");
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
      StoreUnderTest s, String prefix, Flaw... flaws) {
    Handle a = s.a();
    List<OrchestrationItem> items = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      String id = prefix + i;
      a.start(id);
      a.turn(a.fetchOne(id)).name(Sample.NAME).event(1).apply();
      a.poke(id);
      long locks = flaws[i] == Flaw.EXPIRED ? 1 : 3;
      items.addAll(a.fetch(OrchestrationFetch.of(1, s.lockFor().multipliedBy(locks))));
    }
    Expect.equal("An instance was not delivered alone.", flaws.length, items.size());
    if (List.of(flaws).contains(Flaw.EXPIRED)) {
      s.moveTime(s.lockFor());
    }
    return items;
  }

  /**
   * A token that stands twice is applied, then recognised; a rejected one can be corrected in the
   * same list.
   *
   * <p><b>Shape:</b> a list with two acks of one token around another one; a list with a bad ack
   * and its correction.
   *
   * <p><b>If this fails, check:</b> are all acks of a list checked before the first is applied?
   */
  @Rule("ATOM-11")
  void aTokenThatStandsTwiceIsAppliedOnce(StoreUnderTest s) {
    Handle a = s.a();
    List<OrchestrationItem> items = lockedWithEvent(s, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE);
    OrchestrationItem one = items.get(0);
    OrchestrationItem two = items.get(1);
    OrchestrationItem three = items.get(2);

    List<AckResult> results =
        a.provider()
            .ackOrchestrationItems(
                List.of(
                    a.turn(one).event(2).build(),
                    a.turn(two).event(2).build(),
                    a.turn(one).event(2).build(),
                    a.turn(three).event(1).build(),
                    a.turn(one).event(3).build(),
                    a.turn(three).event(2).build()));

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
          a.history("order-" + i, 1));
    }
  }

  /**
   * A list has the effects of its acks in list order.
   *
   * <p><b>Shape:</b> acks that send to one common instance, to a later and to an earlier one in the
   * list, while a message for a member has come since its fetch; all that was sent is delivered, in
   * the order of the list, and what was sent to a member is its next batch.
   *
   * <p><b>If this fails, check:</b> are batches removed after all messages were inserted, or by
   * instance id? are rows written in another order than that of the list?
   */
  @Rule("ATOM-12")
  void aListHasItsEffectsInListOrder(StoreUnderTest s) {
    Handle a = s.a();
    a.create("sink");
    List<OrchestrationItem> items = lockedWithEvent(s, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE);
    OrchestratorMessage first = Sample.message("sink", "first");
    OrchestratorMessage second = Sample.message("sink", "second");
    OrchestratorMessage third = Sample.message("sink", "third");
    OrchestratorMessage fourth = Sample.message("sink", "fourth");
    OrchestratorMessage forward = Sample.message("order-0", "to the next in the list");
    OrchestratorMessage backward = Sample.message("order-2", "to the one before in the list");
    OrchestratorMessage late = s.b().poke("order-1");

    List<AckResult> results =
        a.provider()
            .ackOrchestrationItems(
                List.of(
                    a.turn(items.get(2)).event(2).send(first, forward, second).build(),
                    a.turn(items.get(0)).event(2).send(backward, third).build(),
                    a.turn(items.get(1)).event(2).send(fourth).build()));

    results.forEach(Expect::applied);
    expectNext(
        s.b(),
        Map.of(
            "sink", List.of(first, second, third, fourth),
            "order-0", List.of(forward),
            "order-1", List.of(late),
            "order-2", List.of(backward)));
    s.b().fetchNone("A batch came again.");
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
   *
   * <p><b>If this fails, check:</b> are message ids of a list compared with what was stored before
   * the list only?
   */
  @Rule("ATOM-12")
  void anAckSeesTheEffectsOfTheOnesBeforeIt(StoreUnderTest s) {
    Handle a = s.a();
    a.create("sink");
    List<OrchestrationItem> items =
        lockedWithEvent(s, "order-", Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);

    List<AckResult> results =
        a.provider()
            .ackOrchestrationItems(
                List.of(
                    a.turn(items.get(0)).event(1).send(identified("rejected")).build(),
                    a.turn(items.get(1)).event(2).send(identified("good")).build(),
                    a.turn(items.get(2)).event(2).send(identified("good")).build(),
                    a.turn(items.get(3)).event(2).send(identified("other")).build()));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.DUPLICATE_EVENT,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.MISMATCH),
        AckAnswers.of(results));
    Batch.expect("The message is not there once.", s.b().fetchOne("sink"), identified("good"));
    s.b().fetchNone("A rejected ack released its lock.");
    a.turn(items.get(3)).event(2).apply();
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
   *
   * <p><b>If this fails, check:</b> does the list form look for repeats ack by ack?
   */
  @Rule("ATOM-13")
  void aListOfWhichAPartWasAppliedCanBeRepeated(StoreUnderTest s) {
    Handle a = s.a();
    Flaw[] good = IntStream.range(0, LENGTH).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new);
    for (int applied = 0; applied <= LENGTH; applied++) {
      String prefix = "list" + applied + "-";
      String sink = prefix + "sink";
      a.create(sink);
      List<OrchestrationAck> acks = new ArrayList<>();
      List<OrchestratorMessage> sent = new ArrayList<>();
      for (OrchestrationItem item : lockedWithEvent(s, prefix, good)) {
        OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
        sent.add(message);
        acks.add(a.turn(item).event(2).send(message).build());
      }
      a.provider().ackOrchestrationItems(acks.subList(0, applied)).forEach(Expect::applied);

      List<String> expected = new ArrayList<>();
      for (int i = 0; i < LENGTH; i++) {
        expected.add(i < applied ? AckAnswers.ALREADY_APPLIED : AckAnswers.APPLIED);
      }
      Expect.equal(
          "A list of which a part was applied is not answered truly.",
          expected,
          AckAnswers.of(s.b().provider().ackOrchestrationItems(acks)));
      a.provider()
          .ackOrchestrationItems(acks)
          .forEach(r -> Expect.alreadyApplied("A repeated list was not recognised.", r));

      OrchestrationItem item = s.b().fetchOne(sink);
      Batch.expect("The messages are not there once.", item, sent);
      s.b().finish(item);
      s.b().fetchNone("A repeated list left something deliverable.");
    }
  }

  /**
   * Lists that are in each other's way leave every ack whole, and repeating them answers truly.
   *
   * <p><b>Shape:</b> in each round A acks a list and B the same one in reverse, together; whoever
   * is told that it may repeat repeats; each ack is applied once, each message and event is there
   * once.
   *
   * <p><b>If this fails, check:</b> is a deadlock between two lists answered as retryable, with
   * everything undone?
   */
  @Rule("ATOM-13")
  void crossingListsLeaveEveryAckWhole(StoreUnderTest s) {
    Handle a = s.a();
    Flaw[] good = IntStream.range(0, LENGTH).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new);
    for (int round = 0; round < ROUNDS; round++) {
      String prefix = "list" + round + "-";
      String sink = prefix + "sink";
      a.create(sink);
      List<OrchestrationAck> acks = new ArrayList<>();
      List<OrchestratorMessage> sent = new ArrayList<>();
      for (OrchestrationItem item : lockedWithEvent(s, prefix, good)) {
        OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
        sent.add(message);
        acks.add(a.turn(item).event(2).send(message).build());
      }

      CrossingLists.expectEachAppliedOnce(
          acks, a.provider()::ackOrchestrationItems, s.b().provider()::ackOrchestrationItems);

      OrchestrationItem item = a.fetchOne(sink);
      CrossingLists.expectEachOnce(sent, item);
      a.finish(item);
      for (int i = 0; i < LENGTH; i++) {
        Expect.equal("An event is not there once.", Sample.events(1, 2), a.history(prefix + i, 1));
      }
      a.fetchNone("A batch came again although it was acked.");
    }
  }

  /**
   * An empty list answers an empty list without work.
   *
   * <p><b>Shape:</b> an empty list while work is locked; nothing has changed.
   *
   * <p><b>If this fails, check:</b> does an empty list make a statement that is not valid?
   */
  @Rule("ATOM-13")
  void anEmptyListAnswersAnEmptyList(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    Snapshot before = s.snapshot("order");

    Expect.none("An empty list has results.", a.provider().ackOrchestrationItems(List.of()));

    s.expectUnchanged("An empty list changed something.", before);
    held.finish(a);
  }
}
