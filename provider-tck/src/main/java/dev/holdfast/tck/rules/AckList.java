// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Lists of acks of one queue, and what holds for those of both (ATOM-11 to ATOM-13, ATOM-16). Of
 * one test.
 *
 * @param <I> what is delivered
 * @param <A> its ack
 */
abstract class AckList<I, A> {

  /** What is wrong with an ack of a list. */
  enum Flaw {
    NONE,
    EXPIRED,
    /** It is at odds with what is stored: an event is there, or a message id is used. */
    CLASH,
    INVALID
  }

  private static final List<Flaw> FLAWS = List.of(Flaw.EXPIRED, Flaw.CLASH, Flaw.INVALID);
  private static final String NOT_SENT =
      "The messages are not those of the good acks, in list order.";
  private static final int LENGTH = 5;
  private static final int ROUNDS = 15;

  final StoreUnderTest store;
  final Handle first;

  private AckList(StoreUnderTest store) {
    this.store = store;
    first = store.first();
  }

  /** Lists of acks of turns. */
  static Turns turns(StoreUnderTest store) {
    return new Turns(store);
  }

  /** Lists of acks of activities. */
  static Activities activities(StoreUnderTest store) {
    return new Activities(store);
  }

  /** Delivers new items to A; the locks of those that are to be expired have ended. */
  abstract List<I> locked(Flaw... flaws);

  /** The ack of an item, which sends one message, or tries to. */
  abstract A ack(I item, Flaw flaw);

  /** Another good ack of an item, to be recognised as a repeat. */
  abstract A again(I item);

  /** What a good ack of an item sends. */
  abstract OrchestratorMessage sent(I item);

  /** The instance that all good acks since the last delivery send to. */
  abstract String receiver();

  abstract List<AckResult> make(Handle handle, List<A> acks);

  /** How an ack with a flaw that is not told by its type alone is answered. */
  abstract String clash();

  /**
   * Expects B to get what the good acks sent, in order, and exactly the items whose lock has ended;
   * takes all of it away.
   */
  abstract void takeDelivered(List<I> items, List<Flaw> flaws, List<OrchestratorMessage> messages);

  /** Expects what is stored of an item to be what its ack says. */
  abstract void expectStored(I item, boolean applied);

  private String answer(Flaw flaw) {
    return switch (flaw) {
      case NONE -> AckAnswers.APPLIED;
      case EXPIRED -> AckAnswers.LOCK_LOST;
      case CLASH -> clash();
      case INVALID -> AckAnswers.INVALID_REQUEST;
    };
  }

  private List<A> good(List<I> items) {
    return items.stream().map(item -> ack(item, Flaw.NONE)).toList();
  }

  private List<I> lockedGood(int length) {
    return locked(IntStream.range(0, length).mapToObj(i -> Flaw.NONE).toArray(Flaw[]::new));
  }

  /** Expects B to get these messages, once, in this order, and takes them away. */
  final void takeSent(List<OrchestratorMessage> messages) {
    OrchestrationItem item = store.second().fetchOne(receiver());
    Batch.expect(NOT_SENT, item, messages);
    store.second().finish(item);
  }

  // ---- what holds for both queues

  /** Of five acks the one at a place is bad, each time in another way. */
  final void expectABadAckTouchesNoOther(int place) {
    for (Flaw flaw : FLAWS) {
      Flaw[] flaws = new Flaw[LENGTH];
      Arrays.fill(flaws, Flaw.NONE);
      flaws[place] = flaw;
      expectEachOnItsOwn(flaws);
    }
  }

  /** Of five acks one is good. */
  final void expectOneGoodAmongBadOnesIsApplied() {
    expectEachOnItsOwn(Flaw.NONE, Flaw.INVALID, Flaw.CLASH, Flaw.EXPIRED, Flaw.CLASH);
    expectEachOnItsOwn(Flaw.CLASH, Flaw.EXPIRED, Flaw.NONE, Flaw.INVALID, Flaw.EXPIRED);
    expectEachOnItsOwn(Flaw.INVALID, Flaw.CLASH, Flaw.EXPIRED, Flaw.INVALID, Flaw.NONE);
  }

  private void expectEachOnItsOwn(Flaw... flaws) {
    List<Flaw> asked = List.of(flaws);
    List<I> items = locked(flaws);
    List<A> acks = new ArrayList<>();
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      acks.add(ack(items.get(i), flaws[i]));
      if (flaws[i] == Flaw.NONE) {
        messages.add(sent(items.get(i)));
      }
    }

    List<AckResult> results = make(first, acks);

    Expect.equal(
        "The list is not answered ack by ack, in order.",
        asked.stream().map(this::answer).toList(),
        AckAnswers.of(results));
    for (int i = 0; i < flaws.length; i++) {
      expectStored(items.get(i), flaws[i] == Flaw.NONE);
    }
    takeDelivered(items, asked, messages);
    List<OrchestratorMessage> corrected = new ArrayList<>();
    for (int i = 0; i < flaws.length; i++) {
      if (flaws[i] == Flaw.CLASH || flaws[i] == Flaw.INVALID) {
        Expect.applied(make(first, List.of(ack(items.get(i), Flaw.NONE))).get(0));
        corrected.add(sent(items.get(i)));
      }
    }
    if (!corrected.isEmpty()) {
      takeSent(corrected);
    }
    expectNothingLeft();
  }

  private void expectNothingLeft() {
    store.second().fetchNone("A batch or message came again although it was acked.");
    store.second().fetchNoActivity("An activity came again although it was acked.");
  }

  /** A token stands twice around others, and a bad ack is corrected in the same list. */
  final void expectATokenThatStandsTwiceIsAppliedOnce() {
    List<I> items = lockedGood(3);
    A one = ack(items.get(0), Flaw.NONE);

    List<AckResult> results =
        make(
            first,
            List.of(
                one,
                ack(items.get(1), Flaw.NONE),
                one,
                ack(items.get(2), Flaw.CLASH),
                again(items.get(0)),
                ack(items.get(2), Flaw.NONE)));

    Expect.equal(
        "A list is not answered as its acks one after another would be.",
        List.of(
            AckAnswers.APPLIED,
            AckAnswers.APPLIED,
            AckAnswers.ALREADY_APPLIED,
            clash(),
            AckAnswers.ALREADY_APPLIED,
            AckAnswers.APPLIED),
        AckAnswers.of(results));
    items.forEach(item -> expectStored(item, true));
    takeSent(items.stream().map(this::sent).toList());
    expectNothingLeft();
  }

  /** Each prefix of a list is applied on its own; then all of it, twice. */
  final void expectAListCanBeRepeated() {
    for (int applied = 0; applied <= LENGTH; applied++) {
      List<I> items = lockedGood(LENGTH);
      List<A> acks = good(items);
      make(first, acks.subList(0, applied)).forEach(Expect::applied);

      List<String> expected = new ArrayList<>();
      for (int i = 0; i < LENGTH; i++) {
        expected.add(i < applied ? AckAnswers.ALREADY_APPLIED : AckAnswers.APPLIED);
      }
      Expect.equal(
          "A list of which a part was applied is not answered truly.",
          expected,
          AckAnswers.of(make(store.second(), acks)));
      make(first, acks)
          .forEach(r -> Expect.alreadyApplied("A repeated list was not recognised.", r));

      takeSent(items.stream().map(this::sent).toList());
      expectNothingLeft();
    }
  }

  /** A acks a list and B the same one in reverse, together. */
  final void expectCrossingListsLeaveEveryAckWhole() {
    for (int round = 0; round < ROUNDS; round++) {
      List<I> items = lockedGood(LENGTH);

      CrossingLists.expectEachAppliedOnce(
          good(items), acks -> make(first, acks), acks -> make(store.second(), acks));

      OrchestrationItem item = first.fetchOne(receiver());
      CrossingLists.expectEachOnce(items.stream().map(this::sent).toList(), item);
      first.finish(item);
      items.forEach(one -> expectStored(one, true));
      expectNothingLeft();
    }
  }

  /** An empty list while work is locked. */
  final void expectAnEmptyListDoesNothing() {
    BothQueues held = BothQueues.locked(first);
    Snapshot before = store.snapshot(BothQueues.ORDER);

    Expect.none("An empty list has results.", make(first, List.of()));

    store.expectUnchanged("An empty list changed something.", before);
    held.finish(first);
  }

  private static OrchestratorMessage identified(String instanceId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }

  /** Turns of new instances, with event 1 stored, which all send to one more instance. */
  static final class Turns extends AckList<OrchestrationItem, OrchestrationAck> {

    private String sink = "";

    private Turns(StoreUnderTest store) {
      super(store);
    }

    @Override
    List<OrchestrationItem> locked(Flaw... flaws) {
      String prefix = "list" + store.nextNumber() + "-";
      sink = prefix + "sink";
      first.create(sink);
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

    @Override
    OrchestrationAck ack(OrchestrationItem item, Flaw flaw) {
      Turn turn = first.turn(item).send(sent(item));
      return switch (flaw) {
        case NONE, EXPIRED -> turn.event(2).build();
        case CLASH -> turn.event(1).event(2).build();
        case INVALID -> turn.event(2).activity(Sample.activity("stranger", 1)).build();
      };
    }

    @Override
    OrchestrationAck again(OrchestrationItem item) {
      return first.turn(item).event(3).build();
    }

    @Override
    OrchestratorMessage sent(OrchestrationItem item) {
      return Sample.message(sink, "from " + item.instanceId());
    }

    @Override
    String receiver() {
      return sink;
    }

    @Override
    List<AckResult> make(Handle handle, List<OrchestrationAck> acks) {
      return handle.provider().ackOrchestrationItems(acks);
    }

    @Override
    String clash() {
      return AckAnswers.DUPLICATE_EVENT;
    }

    @Override
    void takeDelivered(
        List<OrchestrationItem> items, List<Flaw> flaws, List<OrchestratorMessage> messages) {
      List<OrchestrationItem> delivered = store.second().fetch(Handle.ALL);
      Stream<String> expired =
          IntStream.range(0, items.size())
              .filter(i -> flaws.get(i) == Flaw.EXPIRED)
              .mapToObj(i -> items.get(i).instanceId());
      Expect.equal(
          "The acks did not release the locks that they should.",
          Stream.concat(Stream.of(sink), expired).sorted().toList(),
          delivered.stream().map(OrchestrationItem::instanceId).sorted().toList());
      for (OrchestrationItem item : delivered) {
        if (item.instanceId().equals(sink)) {
          Batch.expect(NOT_SENT, item, messages);
        }
        store.second().finish(item);
      }
    }

    @Override
    void expectStored(OrchestrationItem item, boolean applied) {
      Expect.equal(
          "The history of " + item.instanceId() + " is not what the answer to its ack says.",
          Sample.events(1, applied ? 2 : 1),
          first.history(item.instanceId(), 1));
    }
  }

  /** Activities 1 and so on of one instance, which gets their completions. */
  static final class Activities extends AckList<ActivityItem, ActivityAck> {

    private Activities(StoreUnderTest store) {
      super(store);
      first.create(receiver());
      first.enqueue(identified(receiver(), "first content"));
      first.finish(first.fetchOne(receiver()));
    }

    @Override
    List<ActivityItem> locked(Flaw... flaws) {
      first.schedule(receiver(), LongStream.rangeClosed(1, flaws.length).toArray());
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

    @Override
    ActivityAck ack(ActivityItem item, Flaw flaw) {
      return ActivityAck.of(
          item.lockToken(),
          switch (flaw) {
            case NONE, EXPIRED -> sent(item);
            case CLASH -> identified(receiver(), "other content");
            case INVALID -> Sample.message("stranger", "result");
          });
    }

    @Override
    ActivityAck again(ActivityItem item) {
      return ActivityAck.of(item.lockToken(), Sample.message(receiver(), "other content"));
    }

    @Override
    OrchestratorMessage sent(ActivityItem item) {
      return Sample.completion(item);
    }

    @Override
    String receiver() {
      return "worked";
    }

    @Override
    List<AckResult> make(Handle handle, List<ActivityAck> acks) {
      return handle.provider().ackActivityItems(acks);
    }

    @Override
    String clash() {
      return AckAnswers.MISMATCH;
    }

    @Override
    void takeDelivered(
        List<ActivityItem> items, List<Flaw> flaws, List<OrchestratorMessage> messages) {
      takeSent(messages);
      List<ActivityItem> delivered = store.second().fetchActivities(Handle.ALL);
      Expect.equal(
          "Not exactly the activities whose lock had ended are deliverable.",
          IntStream.range(0, items.size())
              .filter(i -> flaws.get(i) == Flaw.EXPIRED)
              .mapToObj(i -> items.get(i).task().activityId())
              .toList(),
          delivered.stream().map(item -> item.task().activityId()).sorted().toList());
      delivered.forEach(store.second()::complete);
      if (!delivered.isEmpty()) {
        store.second().finish(store.second().fetchOne(receiver()));
      }
    }

    @Override
    void expectStored(ActivityItem item, boolean applied) {
      // Of an activity nothing is stored but its completion, which is looked at as a message.
    }
  }
}
