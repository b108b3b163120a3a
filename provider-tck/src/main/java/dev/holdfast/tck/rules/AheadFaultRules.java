// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.AheadAudit;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.CrashAudit;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Turns ahead whose call is disturbed, or whose caller dies. */
@RuleFamily("AHEAD")
final class AheadFaultRules {

  private static final int LENGTH = 3;
  private static final long SCHEDULED = 11;
  private static final int KILLS = 3;
  private static final int MOST_LINES = 40;
  private static final long CHILD_LOCKS = 4;

  /**
   * A disturbed activity ack leaves itself with its turn, or nothing.
   *
   * <p><b>Shape:</b> an ack with a turn, cut or met by contention before and after each statement
   * and each commit; it is made again: there is the whole turn, once, and no completion.
   */
  @Rule("AHEAD-10")
  void aDisturbedAckIsWholeOrAbsent(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    disturbEverywhere(
        store, place -> single(place, Foreseen.completion(place, "order" + place.nextNumber())));
  }

  /**
   * A disturbed start leaves itself with its turn, or nothing.
   *
   * <p><b>Shape:</b> as above, with an enqueue of a start that has a message id.
   */
  @Rule("AHEAD-10")
  void aDisturbedStartIsWholeOrAbsent(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    disturbEverywhere(
        store, place -> single(place, Foreseen.start(place, "order" + place.nextNumber())));
  }

  /**
   * A disturbed list leaves each of its elements with its turn, or nothing of it.
   *
   * <p><b>Shape:</b> as above, with a list of three acks, each with a turn.
   */
  @Rule("AHEAD-10")
  void aDisturbedListIsWholeElementByElement(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    disturbEverywhere(store, AheadFaultRules::list);
  }

  private static void disturbEverywhere(
      StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> calls) {
    DisturbedCall.everywhere(
        store,
        calls,
        (call, fault, error) ->
            Expect.that(
                call + " is neither retryable nor recognised, with " + fault + ".",
                "a retryable error",
                error,
                error instanceof Retryable || error instanceof LockLost));
  }

  private static DisturbedCall single(StoreUnderTest store, Foreseen one) {
    String sink = DisturbedCalls.newInstance(store);
    EagerInstance eager = one.claim(one.ahead(telling(one, sink)));
    return new DisturbedCall(
        one.isStart() ? "enqueue" : "ackActivityItem",
        Form.SINGLE,
        List.of(one.id(), sink),
        () ->
            one.isStart()
                ? store.first().provider().enqueue(one.message(), eager)
                : store.first().provider().ackActivityItem(one.ack(eager)),
        answer -> {
          expectWhole(answer);
          expectWhole(store, List.of(one), sink);
        });
  }

  private static Turn telling(Foreseen one, String sink) {
    return one.turn().activities(SCHEDULED).send(Sample.message(sink, "from " + one.id()));
  }

  private static DisturbedCall list(StoreUnderTest store) {
    List<Foreseen> all = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      all.add(Foreseen.completion(store, "order" + store.nextNumber()));
      ids.add(all.get(i).id());
    }
    String sink = DisturbedCalls.newInstance(store);
    ids.add(sink);
    List<ActivityAck> acks =
        all.stream().map(one -> one.ackAhead(one.ahead(telling(one, sink)))).toList();
    return new DisturbedCall(
        "ackActivityItems",
        Form.LIST,
        ids,
        () -> store.first().provider().ackActivityItems(acks),
        answer -> {
          expectWhole(answer);
          expectWhole(store, all, sink);
        });
  }

  /** Expects of an answer that it does not speak of a call without its turn. */
  private static void expectWhole(Object answer) {
    boolean whole =
        switch (answer) {
          case List<?> list -> {
            list.forEach(AheadFaultRules::expectWhole);
            yield true;
          }
          case AckResult.Applied applied -> applied.turnAhead() instanceof AckResult.Applied;
          case AckResult.Rejected(var error) -> error instanceof LockLost;
          case EnqueueResult result ->
              !result.stored() || result.turnAhead() instanceof AckResult.Applied;
          default -> answer instanceof AckResult.AlreadyApplied;
        };
    Expect.that(
        "A disturbed call was made without its turn.", "the call with its turn", answer, whole);
  }

  private static void expectWhole(StoreUnderTest store, List<Foreseen> all, String sink) {
    Handle second = store.second();
    OrchestrationItem item = second.fetchOne(sink);
    Expect.equal(
        "The messages of the turns are not there once.",
        all.stream().map(one -> "from " + one.id()).sorted().toList(),
        item.messages().stream().map(message -> message.body().asUtf8()).sorted().toList());
    second.finish(item);
    second.fetchNone("A completion or a start was left without its turn.");
    for (Foreseen one : all) {
      Expect.equal(
          "The events of a turn are not there once.",
          Sample.events(1, one.last() + 2),
          second.history(one.id(), 1));
    }
    List<ActivityItem> activities = second.fetchActivities(Handle.ALL);
    Expect.equal(
        "The activities of the turns are not there once.",
        all.stream().map(one -> one.id() + " " + SCHEDULED).sorted().toList(),
        activities.stream()
            .map(activity -> activity.task().instanceId() + " " + activity.task().activityId())
            .sorted()
            .toList());
    activities.forEach(activity ->
        Expect.equal("A disturbed call counted a delivery.", 1, activity.deliveryCount()));
    DisturbedCalls.finishAll(second, activities);
  }

  /**
   * A dead caller leaves its call with its turn, or nothing.
   *
   * <p><b>Shape:</b> a child runs whole orchestrations by turns ahead alone and is killed in the
   * middle; each instance has as many whole turns as it said, or one more: the events of each turn,
   * its message, and the activity of the last one, which comes back with delivery count 2; no start
   * and no completion is left.
   */
  @Rule("AHEAD-10")
  void aDeadCallerLeavesWholeTurns(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    for (int kill = 0; kill < store.rounds(KILLS); kill++) {
      // Longer than a child lives that is slow to work and to die, as in CLAIM-03.
      Duration lockFor = CrashAudit.lockFor(store).multipliedBy(CHILD_LOCKS << kill);
      String prefix = "order" + kill;
      int skip = 1 + store.random().nextInt(MOST_LINES);
      List<String> said = new ArrayList<>();
      try (ChildJvm child =
          ChildJvm.start(
              store.crashTarget(), Task.AHEAD, prefix, String.valueOf(lockFor.toNanos()))) {
        for (int i = 0; i < skip; i++) {
          said.add(child.line());
        }
        said.addAll(child.kill());
      }
      store.catchUpWithOtherJvms();
      store.moveTime(lockFor);
      AheadAudit.expectWhole(store, prefix, said);
    }
  }
}
