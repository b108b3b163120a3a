// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** ATOM-16: what is said of lists of acks of instances holds for lists of acks of activities. */
@RuleFamily("ATOM")
final class AtomActivityListRules {

  private static final int ROUNDS = 15;
  private static final int LENGTH = 5;

  /** What is wrong with an ack of a list, and how it is answered. */
  private enum Flaw {
    NONE(AckAnswers.APPLIED),
    EXPIRED(AckAnswers.LOCK_LOST),
    MISMATCH(AckAnswers.MISMATCH),
    INVALID(AckAnswers.INVALID_REQUEST);

    private final String answer;

    Flaw(String answer) {
      this.answer = answer;
    }
  }

  private static final List<Flaw> FLAWS = List.of(Flaw.EXPIRED, Flaw.MISMATCH, Flaw.INVALID);

  /**
   * A bad activity ack at the start of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> lists of five acks whose first one is expired, uses a message id again, or
   * goes to another instance; each answer, the completions and the locks are compared.
   */
  @Rule("ATOM-16")
  void aBadFirstActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    begin(store);
    for (Flaw flaw : FLAWS) {
      expectEachOnItsOwn(store, flaw, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad activity ack in the middle of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with the third ack.
   */
  @Rule("ATOM-16")
  void aBadMiddleActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    begin(store);
    for (Flaw flaw : FLAWS) {
      expectEachOnItsOwn(store, Flaw.NONE, Flaw.NONE, flaw, Flaw.NONE, Flaw.NONE);
    }
  }

  /**
   * A bad activity ack at the end of a list does not touch the others (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with the last ack.
   */
  @Rule("ATOM-16")
  void aBadLastActivityAckDoesNotTouchTheOthers(StoreUnderTest store) {
    begin(store);
    for (Flaw flaw : FLAWS) {
      expectEachOnItsOwn(store, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE, flaw);
    }
  }

  /**
   * One good activity ack among bad ones is applied (as ATOM-11).
   *
   * <p><b>Shape:</b> as before, with all acks bad but one, each in another way.
   */
  @Rule("ATOM-16")
  void oneGoodActivityAckAmongBadOnesIsApplied(StoreUnderTest store) {
    begin(store);
    expectEachOnItsOwn(store, Flaw.NONE, Flaw.INVALID, Flaw.MISMATCH, Flaw.EXPIRED, Flaw.MISMATCH);
    expectEachOnItsOwn(store, Flaw.MISMATCH, Flaw.EXPIRED, Flaw.NONE, Flaw.INVALID, Flaw.EXPIRED);
    expectEachOnItsOwn(store, Flaw.INVALID, Flaw.MISMATCH, Flaw.EXPIRED, Flaw.INVALID, Flaw.NONE);
  }

  /** Creates the instance, with a message id that was used. */
  private static void begin(StoreUnderTest store) {
    store.first().create("order");
    store.first().enqueue(identified("first content"));
    store.first().finish(store.first().fetchOne("order"));
  }

  private static void expectEachOnItsOwn(StoreUnderTest store, Flaw... flaws) {
    Handle first = store.first();
    List<ActivityItem> items = locked(store, flaws);
    List<ActivityAck> acks = new ArrayList<>();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      acks.add(withFlaw(items.get(i), flaws[i]));
      if (flaws[i] == Flaw.NONE) {
        sent.add(Sample.completion(items.get(i)));
      }
    }

    List<AckResult> results = first.provider().ackActivityItems(acks);

    Expect.equal(
        "The list is not answered ack by ack, in order.",
        IntStream.range(0, flaws.length).mapToObj(i -> flaws[i].answer).toList(),
        AckAnswers.of(results));
    takeCompletions(store.second(), sent);
    takeExpired(store.second(), flaws);
    for (int i = 0; i < flaws.length; i++) {
      if (flaws[i] == Flaw.MISMATCH || flaws[i] == Flaw.INVALID) {
        first.complete(items.get(i));
      }
    }
    store.second().finish(store.second().fetchOne("order"));
    store.second().fetchNone("A completion came again.");
    store.second().fetchNoActivity("An activity came again although it was acked.");
  }

  private static void takeCompletions(Handle handle, List<OrchestratorMessage> sent) {
    OrchestrationItem item = handle.fetchOne("order");
    Batch.expect("The completions are not those of the good acks, in list order.", item, sent);
    handle.finish(item);
  }

  /** Only the activities whose lock had ended are deliverable; acks them. */
  private static void takeExpired(Handle handle, Flaw[] flaws) {
    List<ActivityItem> delivered = handle.fetchActivities(Handle.ALL);
    Expect.equal(
        "Not exactly the activities whose lock had ended are deliverable.",
        LongStream.rangeClosed(1, flaws.length)
            .filter(id -> flaws[(int) id - 1] == Flaw.EXPIRED)
            .boxed()
            .toList(),
        delivered.stream().map(item -> item.task().activityId()).sorted().toList());
    delivered.forEach(handle::complete);
  }

  private static ActivityAck withFlaw(ActivityItem item, Flaw flaw) {
    OrchestratorMessage completion =
        switch (flaw) {
          case NONE, EXPIRED -> Sample.completion(item);
          case MISMATCH -> identified("other content");
          case INVALID -> Sample.message("other", "result");
        };
    return ActivityAck.of(item.lockToken(), completion);
  }

  /** Activities 1 and so on of the instance, locked; the locks of some have ended. */
  private static List<ActivityItem> locked(StoreUnderTest store, Flaw... flaws) {
    Handle first = store.first();
    first.schedule("order", LongStream.rangeClosed(1, flaws.length).toArray());
    List<ActivityItem> items = new ArrayList<>();
    for (Flaw flaw : flaws) {
      long locks = flaw == Flaw.EXPIRED ? 1 : 3;
      items.addAll(
          first
              .provider()
              .fetchActivityItems(ActivityFetch.of(1, store.lockFor().multipliedBy(locks))));
    }
    Expect.equal("An activity was not delivered.", flaws.length, items.size());
    if (List.of(flaws).contains(Flaw.EXPIRED)) {
      store.moveTime(store.lockFor());
    }
    return items;
  }

  /**
   * A token that stands twice is applied, then recognised; a rejected one can be corrected in the
   * same list (as ATOM-11).
   *
   * <p><b>Shape:</b> a list with two acks of one token around others, and with a bad ack and its
   * correction.
   */
  @Rule("ATOM-16")
  void anActivityTokenThatStandsTwiceIsAppliedOnce(StoreUnderTest store) {
    begin(store);
    List<ActivityItem> items = locked(store, Flaw.NONE, Flaw.NONE, Flaw.NONE);
    ActivityAck one = withFlaw(items.get(0), Flaw.NONE);
    ActivityAck two = withFlaw(items.get(1), Flaw.NONE);
    ActivityAck three = withFlaw(items.get(2), Flaw.NONE);

    List<AckResult> results =
        store
            .first()
            .provider()
            .ackActivityItems(
                List.of(one, two, one, withFlaw(items.get(2), Flaw.INVALID), three, one));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.ALREADY_APPLIED,
            AckAnswers.INVALID_REQUEST,
            AckAnswers.APPLIED,
            AckAnswers.ALREADY_APPLIED),
        AckAnswers.of(results));
    takeCompletions(store.second(), items.stream().map(Sample::completion).toList());
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
    store.first().create("order");
    List<ActivityItem> items = locked(store, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE, Flaw.NONE);

    List<AckResult> results =
        store
            .first()
            .provider()
            .ackActivityItems(
                List.of(
                    withFlaw(items.get(4), Flaw.NONE),
                    ActivityAck.of(items.get(1).lockToken(), identified("same")),
                    withFlaw(items.get(3), Flaw.NONE),
                    ActivityAck.of(items.get(0).lockToken(), identified("same")),
                    ActivityAck.of(items.get(2).lockToken(), identified("other"))));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.MISMATCH),
        AckAnswers.of(results));
    takeCompletions(
        store.second(),
        List.of(
            Sample.completion(items.get(4)), identified("same"), Sample.completion(items.get(3))));
    store.second().fetchNoActivity("A rejected activity ack released its lock.");
  }

  /**
   * Repeating a list of which a part was applied answers truly for each ack (as ATOM-13).
   *
   * <p><b>Shape:</b> each prefix of a list is applied on its own, as a disturbance would leave it;
   * the whole list is then recognised so far and applied from there, and once more all of it is
   * recognised; each completion is there once.
   */
  @Rule("ATOM-16")
  void aListOfActivityAcksCanBeRepeated(StoreUnderTest store) {
    store.first().create("order");
    for (int applied = 0; applied <= LENGTH; applied++) {
      List<ActivityItem> items = locked(store, allGood());
      List<ActivityAck> acks = items.stream().map(item -> withFlaw(item, Flaw.NONE)).toList();
      store.first().provider().ackActivityItems(acks.subList(0, applied)).forEach(Expect::applied);

      List<String> expected = new ArrayList<>();
      for (int i = 0; i < LENGTH; i++) {
        expected.add(i < applied ? AckAnswers.ALREADY_APPLIED : AckAnswers.APPLIED);
      }
      Expect.equal(
          "A list of which a part was applied is not answered truly.",
          expected,
          AckAnswers.of(store.second().provider().ackActivityItems(acks)));
      store
          .first()
          .provider()
          .ackActivityItems(acks)
          .forEach(r -> Expect.alreadyApplied("A repeated list was not recognised.", r));

      takeCompletions(store.second(), items.stream().map(Sample::completion).toList());
      store.second().fetchNone("A repeated list enqueued a second completion.");
    }
  }

  /**
   * Lists that are in each other's way leave every ack whole, and repeating them answers truly (as
   * ATOM-13).
   *
   * <p><b>Shape:</b> in each round A acks a list and B the same one in reverse, together; whoever
   * is told that it may repeat repeats; each ack is applied once, each completion is there once.
   */
  @Rule("ATOM-16")
  void crossingListsOfActivityAcksLeaveEveryAckWhole(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (int round = 0; round < ROUNDS; round++) {
      List<ActivityItem> items = locked(store, allGood());
      List<ActivityAck> acks = items.stream().map(item -> withFlaw(item, Flaw.NONE)).toList();

      CrossingLists.expectEachAppliedOnce(
          acks, first.provider()::ackActivityItems, store.second().provider()::ackActivityItems);

      OrchestrationItem item = first.fetchOne("order");
      CrossingLists.expectEachOnce(items.stream().map(Sample::completion).toList(), item);
      first.finish(item);
      first.fetchNone("A completion came again.");
    }
  }

  private static Flaw[] allGood() {
    return IntStream.range(0, LENGTH).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new);
  }

  /**
   * An empty list answers an empty list without work (as ATOM-13).
   *
   * <p><b>Shape:</b> an empty list while work is locked; nothing has changed.
   */
  @Rule("ATOM-16")
  void anEmptyListOfActivityAcksAnswersAnEmptyList(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    Snapshot before = store.snapshot("order");

    Expect.none("An empty list has results.", first.provider().ackActivityItems(List.of()));

    store.expectUnchanged("An empty list changed something.", before);
    held.finish(first);
  }

  private static OrchestratorMessage identified(String body) {
    return OrchestratorMessage.builder("order", "completed", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }
}
