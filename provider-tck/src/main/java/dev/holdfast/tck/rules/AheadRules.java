// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Optional;

/** Whether turns ahead are applied or ignored, and what an applied one does to tokens. */
@RuleFamily("AHEAD")
final class AheadRules {

  private static final int MANY = 10;
  private static final long SCHEDULED = 9;

  /**
   * A turn ahead is applied where turns ahead are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> an activity ack and an enqueue of a start, each with a turn that fits: the
   * answer says that it was applied and its parts are there; or the answer says nothing of it,
   * nothing of it is there, and the claim is honoured as it is without a turn.
   */
  @Rule("AHEAD-01")
  void aTurnAheadIsAppliedOrIgnored(StoreUnderTest store) {
    expectNeedsClaims(store);
    store.first().create("sink");
    for (Foreseen one : Foreseen.both(store)) {
      expectAsDeclared(store, one, one.call(one.ahead(telling(one))));
    }
  }

  private static void expectNeedsClaims(StoreUnderTest store) {
    if (store.declares(Feature.TURNS_AHEAD)) {
      Expect.that(
          "TURNS_AHEAD is declared and EAGER_DISPATCH, which it needs, is not.",
          store.declares(Feature.EAGER_DISPATCH));
    }
  }

  private static Turn telling(Foreseen one) {
    return one.turn().activities(SCHEDULED).send(Sample.message("sink", "from " + one.id()));
  }

  private static void expectAsDeclared(StoreUnderTest store, Foreseen one, AheadAnswer answer) {
    Handle second = store.second();
    if (store.declares(Feature.TURNS_AHEAD)) {
      answer.applied("A turn ahead was not applied by a provider that declares TURNS_AHEAD.");
      Expect.equal(
          "The events of a turn ahead are not there.",
          Sample.events(1, one.last() + 2),
          second.history(one.id(), 1));
      Expect.equal(
          "The activity of a turn ahead is another one.",
          one.id(),
          second.fetchActivity(SCHEDULED).task().instanceId());
      OrchestrationItem sink = second.fetchOne("sink");
      Batch.expect(
          "The message of a turn ahead is not there.",
          sink,
          Sample.message("sink", "from " + one.id()));
      second.finish(sink);
    } else {
      expectIgnored(
          store,
          one,
          answer.unused("A turn ahead was used by a provider that does not declare TURNS_AHEAD."));
    }
    second.fetchNone("Something was left that is deliverable.");
  }

  /** Expects that the call did what it does without a turn. */
  private static void expectIgnored(
      StoreUnderTest store, Foreseen one, Optional<OrchestrationItem> claimed) {
    Handle second = store.second();
    Expect.equal(
        "A claim was not honoured as it is without a turn ahead.",
        store.declares(Feature.EAGER_DISPATCH),
        claimed.isPresent());
    Expect.equal(
        "A turn ahead that was ignored left events.",
        Sample.events(1, one.last()),
        second.history(one.id(), 1));
    second.fetchNoActivity("A turn ahead that was ignored left an activity.");
    OrchestrationItem item = claimed.orElseGet(() -> second.fetchOne(one.id()));
    Expect.equal("The first delivery is not counted as one.", 1, item.deliveryCount());
    Batch.expect("The message is not in the batch.", item, one.message());
    second.finish(item);
  }

  /**
   * A turn ahead in a list form is applied where turns ahead are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> as above, with a list of one activity ack.
   */
  @Rule("AHEAD-01")
  void aTurnAheadInAListIsAppliedOrIgnored(StoreUnderTest store) {
    store.first().create("sink");
    Foreseen one = Foreseen.completion(store, "order");
    List<AckResult> results =
        store.first().provider().ackActivityItems(List.of(one.ackAhead(one.ahead(telling(one)))));
    Expect.equal("A list of one ack has not one answer.", 1, results.size());
    expectAsDeclared(store, one, AheadAnswer.of(results.get(0)));
  }

  /**
   * A turn ahead that is ignored may say anything.
   *
   * <p><b>Shape:</b> an enqueue of a message that is no start, with a turn that fits and with one
   * that no ack may say; where turns ahead are not declared, the other calls with a turn of that
   * kind: nothing of a turn is there or in the answer, and the claim is honoured as always.
   */
  @Rule("AHEAD-01")
  void anIgnoredTurnAheadMaySayAnything(StoreUnderTest store) {
    for (boolean wrong : new boolean[] {false, true}) {
      Foreseen one = Foreseen.completion(store, "wrong " + wrong);
      one.callPlainly();
      store.first().finish(store.first().fetchOne(one.id()));
      one.saying(Sample.message(one.id(), "no start"));
      Turn turn = one.turn().activities(SCHEDULED);
      Expect.that("A signal is a start.", !one.isStart());
      TurnAhead ahead = one.ahead(wrong ? wrong(turn) : turn);
      expectIgnored(
          store,
          one,
          AheadAnswer.of(store.first().provider().enqueue(one.message(), one.claim(ahead)))
              .unused("A turn ahead of a message that is no start was used."));
    }
    if (!store.declares(Feature.TURNS_AHEAD)) {
      for (Foreseen one : Foreseen.both(store)) {
        expectIgnored(
            store,
            one,
            one.call(one.ahead(wrong(one.turn()))).unused("A turn ahead was looked at."));
      }
    }
  }

  private static Turn wrong(Turn turn) {
    return turn.activity(Sample.activity("another", 1));
  }

  /**
   * A turn that is applied for a new instance counts like any other.
   *
   * <p><b>Shape:</b> a start with a turn ahead; a later message is delivered with delivery count 1,
   * and its lock ends as always.
   */
  @Rule("AHEAD-06")
  void aNewInstanceBeginsToCountBehindItsTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    for (Foreseen one : Foreseen.both(store)) {
      one.call(one.ahead(one.turn())).applied();
      store.first().poke(one.id());
      OrchestrationItem next = store.first().fetchOne(one.id());
      Expect.equal("A turn ahead did not end the count of deliveries.", 1, next.deliveryCount());
      store.moveTime(store.lockFor());
      OrchestrationItem again = store.second().fetchOne(one.id());
      Expect.equal("A delivery was not counted.", 2, again.deliveryCount());
      store.second().finish(again);
    }
  }

  /**
   * An applied turn ends every token of its instance, and the count of deliveries.
   *
   * <p><b>Shape:</b> two turns of an instance are acked, one of them after an abandon; a turn ahead
   * is applied: the tokens of all of them do nothing, and the repeat of the last ack is lost; the
   * next item has delivery count 1 and a greater token, and is acked once.
   */
  @Rule("AHEAD-06")
  void anAppliedTurnEndsEveryToken(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    Foreseen one = Foreseen.completion(store, "order");
    first.poke("order");
    OrchestrationItem abandoned = first.fetchOne("order");
    first.abandon(abandoned);
    OrchestrationItem item = first.fetchOne("order");
    OrchestrationAck last = first.turn(item).build();
    Expect.applied(first.provider().ackOrchestrationItem(last));
    Expect.alreadyApplied(
        "The last ack was not recognised.", first.provider().ackOrchestrationItem(last));

    one.call(one.ahead(one.turn())).applied();

    String what = "A token from before a turn ahead was accepted.";
    Expect.rejected(what, LockLost.class, store.second().provider().ackOrchestrationItem(last));
    for (OrchestrationItem old : List.of(abandoned, item)) {
      expectLost(store.second(), what, old.lockToken());
    }
    first.poke("order");
    OrchestrationItem next = store.second().fetchOne("order");
    Expect.equal("A turn ahead did not end the count of deliveries.", 1, next.deliveryCount());
    Expect.above(
        "A token is not greater than one from before a turn ahead.",
        item.lockToken().epoch() + 1,
        next.lockToken().epoch());
    Expect.rejected(what, LockLost.class, first.provider().ackOrchestrationItem(last));
    expectLost(first, what, item.lockToken());
    store.second().finish(next);
    Expect.alreadyApplied("The last ack was not recognised.", first.turn(next).ack());
    Expect.rejected(what, LockLost.class, first.provider().ackOrchestrationItem(last));
  }

  private static void expectLost(Handle handle, String what, LockToken token) {
    handle.renewLost(what, token);
    Expect.lockLost(what, () -> handle.provider().abandon(token, AbandonOptions.now()));
    handle.turn(token, 1).event(MANY).reject(what, LockLost.class);
  }
}
