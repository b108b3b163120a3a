// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.AckList.Flaw;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** ATOM-16: what is said of lists of acks of instances holds for lists of acks of activities. */
@RuleFamily("ATOM")
final class AtomActivityListRules {

  /**
   * A bad activity ack at the start of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> lists of five acks whose first one is expired, uses a message id again, or is
   * invalid; each answer, what is stored, the messages and the locks are compared.
   */
  @Rule("ATOM-16")
  void aBadFirstActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.activities(store).expectABadAckTouchesNoOther(0);
  }

  /**
   * A bad activity ack in the middle of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with the third ack.
   */
  @Rule("ATOM-16")
  void aBadMiddleActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.activities(store).expectABadAckTouchesNoOther(2);
  }

  /**
   * A bad activity ack at the end of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with the last ack.
   */
  @Rule("ATOM-16")
  void aBadLastActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    AckList.activities(store).expectABadAckTouchesNoOther(4);
  }

  /**
   * One good activity ack among bad ones is applied (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with all acks bad but one, each in another way.
   */
  @Rule("ATOM-16")
  void oneGoodActivityAckAmongBadOnesIsApplied(StoreUnderTest store) {
    AckList.activities(store).expectOneGoodAmongBadOnesIsApplied();
  }

  /**
   * A token that stands twice is applied, then recognised; a rejected one can be corrected in the
   * same list (as ATOM-11).
   *
   * <p><b>Shape:</b> a list with several acks of one token around others, and with a bad ack and
   * its correction.
   */
  @Rule("ATOM-16")
  void anActivityTokenThatStandsTwiceIsAppliedOnce(StoreUnderTest store) {
    AckList.activities(store).expectATokenThatStandsTwiceIsAppliedOnce();
  }

  /**
   * A list has the effects of its acks in list order (as ATOM-12).
   *
   * <p><b>Shape:</b> activities acked in another order than they were scheduled; the completions
   * are in list order. Of acks with one message id the second adds nothing when its content is the
   * same, and is rejected when not.
   */
  @Rule("ATOM-16")
  void aListOfActivityAcksHasItsEffectsInListOrder(StoreUnderTest store) {
    AckList.Activities list = AckList.activities(store);
    List<ActivityItem> items = list.locked(Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);

    List<AckResult> results =
        store
            .first()
            .provider()
            .ackActivityItems(
                List.of(
                    list.ack(items.get(4), Flaw.NONE),
                    ActivityAck.of(items.get(1).lockToken(), identified(list, "same")),
                    list.ack(items.get(3), Flaw.NONE),
                    ActivityAck.of(items.get(0).lockToken(), identified(list, "same")),
                    ActivityAck.of(items.get(2).lockToken(), identified(list, "other"))));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.MISMATCH),
        AckAnswers.of(results));
    list.takeSent(
        List.of(
            Sample.completion(items.get(4)),
            identified(list, "same"),
            Sample.completion(items.get(3))));
    store.second().fetchNoActivity("A rejected activity ack released its lock.");
  }

  private static OrchestratorMessage identified(AckList<?, ?> list, String body) {
    return OrchestratorMessage.builder(list.receiver(), "completed", Payload.utf8(body))
        .messageId("m-2")
        .build();
  }

  /**
   * Repeating a list of which a part was applied answers truly for each ack (as ATOM-13).
   *
   * <p><b>Shape:</b> each prefix of a list is applied on its own, as a disturbance would leave it;
   * the whole list is then recognised so far and applied from there, and once more all of it is
   * recognised; each message is there once.
   */
  @Rule("ATOM-16")
  void aListOfActivityAcksCanBeRepeated(StoreUnderTest store) {
    AckList.activities(store).expectAListCanBeRepeated();
  }

  /**
   * Lists that are in each other's way leave every ack whole, and repeating them answers truly (as
   * ATOM-13).
   *
   * <p><b>Shape:</b> in each round A acks a list and B the same one in reverse, together; whoever
   * is told that it may repeat repeats; each ack is applied once, each message is there once.
   */
  @Rule("ATOM-16")
  void crossingListsOfActivityAcksLeaveEveryAckWhole(StoreUnderTest store) {
    AckList.activities(store).expectCrossingListsLeaveEveryAckWhole();
  }

  /**
   * An empty list answers an empty list without work (as ATOM-13).
   *
   * <p><b>Shape:</b> an empty list while work is locked; nothing has changed.
   */
  @Rule("ATOM-16")
  void anEmptyListOfActivityAcksAnswersAnEmptyList(StoreUnderTest store) {
    AckList.activities(store).expectAnEmptyListDoesNothing();
  }
}
