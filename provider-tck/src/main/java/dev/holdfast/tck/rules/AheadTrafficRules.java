// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** What turns ahead cost. */
@RuleFamily("AHEAD")
final class AheadTrafficRules {

  private static final int LENGTH = 5;

  /**
   * A turn ahead adds no round trip and no commit to its call.
   *
   * <p><b>Shape:</b> on a warm handle, enqueue of a start, ack of an activity and its list form,
   * with a claim alone and with a turn besides: commits are equally many, and behind a network
   * round trips.
   */
  @Rule("AHEAD-13")
  void aTurnAheadCostsNoRoundTripAndNoCommit(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    StatementCounter counter = store.statements();
    costs(store, counter, true);
    CallCosts without = costs(store, counter, false);
    costs(store, counter, true).requireNoMoreThan(without, "turns ahead");
  }

  private static CallCosts costs(StoreUnderTest store, StatementCounter counter, boolean ahead) {
    CallCosts costs = new CallCosts(counter);
    for (Foreseen one : Foreseen.both(store, String.valueOf(store.nextNumber()))) {
      AheadAnswer answer =
          costs.of(
              one.isStart() ? "enqueue" : "ackActivityItem",
              () -> one.call(ahead ? one.ahead(one.turn()) : null));
      Expect.equal("A turn was applied, or it was not.", ahead, answer.isApplied());
      finish(store, answer);
    }
    List<ActivityAck> acks = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      Foreseen one = Foreseen.completion(store, "listed" + store.nextNumber());
      acks.add(one.ackAhead(ahead ? one.ahead(one.turn()) : null));
    }
    costs
        .of("ackActivityItems", () -> store.first().provider().ackActivityItems(acks))
        .forEach(result -> finish(store, AheadAnswer.of(result)));
    return costs;
  }

  private static void finish(StoreUnderTest store, AheadAnswer answer) {
    if (answer.claimed() != null) {
      store.first().turn(answer.claimed()).name(Sample.NAME).apply();
    }
  }

  /**
   * An orchestration of one activity is two commits.
   *
   * <p><b>Shape:</b> a start whose turn schedules and claims the activity, and its ack with the
   * turn that ends the instance: two calls, and no more than two commits, behind a network no more
   * than two plain calls have round trips.
   */
  @Rule("AHEAD-13")
  void anOrchestrationOfOneActivityIsTwoCommits(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    StatementCounter counter = store.statements();
    Traffic plain = runPlainly(store, counter);
    goAhead(store, counter);
    Traffic ahead = goAhead(store, counter);

    Expect.atMost("An orchestration of one activity has more commits.", 2, ahead.commits());
    if (counter.overNetwork()) {
      Expect.atMost(
          "An orchestration of one activity has more round trips than an enqueue and an ack.",
          plain.roundTrips(),
          ahead.roundTrips());
    }
  }

  /** What an enqueue of a start and an ack of an activity cost by themselves. */
  private static Traffic runPlainly(StoreUnderTest store, StatementCounter counter) {
    CallCosts costs = new CallCosts(counter);
    for (int i = 0; i < 2; i++) {
      for (Foreseen one : Foreseen.both(store, String.valueOf(store.nextNumber()))) {
        costs.of(
            one.isStart() ? "enqueue" : "ackActivityItem",
            () -> {
              one.callPlainly();
              return true;
            });
        store.first().turn(store.first().fetchOne(one.id())).name(Sample.NAME).apply();
      }
    }
    return costs.sum();
  }

  private static Traffic goAhead(StoreUnderTest store, StatementCounter counter) {
    Foreseen one = Foreseen.start(store, "order" + store.nextNumber());
    Traffic before = counter.soFar();
    List<ActivityItem> claimed =
        one.call(one.ahead(one.turn().activities(1).eager(Claims.activities(1, store.lockFor()))))
            .applied();
    Expect.equal("The activity was not claimed.", List.of(1L), Claims.numbers(claimed));
    ActivityItem activity = claimed.get(0);
    AheadAnswer.of(
            store
                .first()
                .provider()
                .ackActivityItem(
                    new ActivityAck(
                        activity.lockToken(),
                        Sample.completion(activity),
                        one.claim(
                            Foreseen.ahead(
                                1,
                                2,
                                one.bare()
                                    .event(3)
                                    .status(ExecutionStatus.COMPLETED)
                                    .output("done"))))))
        .applied();
    return counter.soFar().since(before);
  }
}
