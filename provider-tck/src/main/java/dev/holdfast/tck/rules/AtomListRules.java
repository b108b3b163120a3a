// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.AckList.Flaw;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists of acks of instances: each ack on its own, one after another. */
@RuleFamily("ATOM")
final class AtomListRules {

  /**
   * A bad ack at the start of a list does not touch the others.
   *
   * <p><b>Shape:</b> lists of five acks whose first one is expired, repeats an event, or is
   * invalid; each answer, what is stored, the messages and the locks are compared.
   */
  @Rule("ATOM-11")
  void aBadFirstAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.turns(store).expectABadAckTouchesNoOther(0);
  }

  /**
   * A bad ack in the middle of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the third ack.
   */
  @Rule("ATOM-11")
  void aBadMiddleAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.turns(store).expectABadAckTouchesNoOther(2);
  }

  /**
   * A bad ack at the end of a list does not touch the others.
   *
   * <p><b>Shape:</b> as before, with the last ack.
   */
  @Rule("ATOM-11")
  void aBadLastAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.turns(store).expectABadAckTouchesNoOther(4);
  }

  /**
   * One good ack among bad ones is applied.
   *
   * <p><b>Shape:</b> as before, with all acks bad but one, each in another way.
   */
  @Rule("ATOM-11")
  void oneGoodAckAmongBadOnesIsApplied(StoreUnderTest store) {
    AckList.turns(store).expectOneGoodAmongBadOnesIsApplied();
  }

  /**
   * A token that stands twice is applied, then recognised; a rejected one can be corrected in the
   * same list.
   *
   * <p><b>Shape:</b> a list with several acks of one token around others, and with a bad ack and
   * its correction.
   */
  @Rule("ATOM-11")
  void aTokenThatStandsTwiceIsAppliedOnce(StoreUnderTest store) {
    AckList.turns(store).expectATokenThatStandsTwiceIsAppliedOnce();
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
    List<OrchestrationItem> items = AckList.turns(store).locked(Flaw.NONE, Flaw.NONE, Flaw.NONE);
    List<String> ids = items.stream().map(OrchestrationItem::instanceId).toList();
    OrchestratorMessage earlier = Sample.message("sink", "first");
    OrchestratorMessage later = Sample.message("sink", "second");
    OrchestratorMessage third = Sample.message("sink", "third");
    OrchestratorMessage fourth = Sample.message("sink", "fourth");
    OrchestratorMessage forward = Sample.message(ids.get(0), "to the next in the list");
    OrchestratorMessage backward = Sample.message(ids.get(2), "to the one before in the list");
    OrchestratorMessage late = store.second().poke(ids.get(1));

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
            "sink",
            List.of(earlier, later, third, fourth),
            ids.get(0),
            List.of(forward),
            ids.get(1),
            List.of(late),
            ids.get(2),
            List.of(backward)));
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
        AckList.turns(store).locked(Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);

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
    AckList.turns(store).expectAListCanBeRepeated();
  }

  /**
   * Lists that are in each other's way leave every ack whole, and repeating them answers truly.
   *
   * <p><b>Shape:</b> in each round A acks a list and B the same one in reverse, together; whoever
   * is told that it may repeat repeats; each ack is applied once, each message is there once.
   */
  @Rule("ATOM-13")
  void crossingListsLeaveEveryAckWhole(StoreUnderTest store) {
    AckList.turns(store).expectCrossingListsLeaveEveryAckWhole();
  }

  /**
   * An empty list answers an empty list without work.
   *
   * <p><b>Shape:</b> an empty list while work is locked; nothing has changed.
   */
  @Rule("ATOM-13")
  void anEmptyListAnswersAnEmptyList(StoreUnderTest store) {
    AckList.turns(store).expectAnEmptyListDoesNothing();
  }
}
