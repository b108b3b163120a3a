// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Calls with turns ahead that are made again. */
@RuleFamily("AHEAD")
final class AheadRepeatRules {

  /**
   * A repeated activity ack applies no turn a second time.
   *
   * <p><b>Shape:</b> an ack whose turn was applied is made again, at once, through B, in a list,
   * with a turn that fits by now, and after later turns: AlreadyApplied or LockLost, no second
   * event, message or activity.
   */
  @Rule("AHEAD-07")
  void aRepeatedAckAppliesNoTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("sink");
    Foreseen one = Foreseen.completion(store, "order");
    ActivityAck ack =
        one.ackAhead(
            one.ahead(one.turn().activities(2).send(Sample.message("sink", "from the turn"))));
    AheadAnswer.of(first.provider().ackActivityItem(ack)).applied();
    OrchestrationItem sink = store.second().fetchOne("sink");
    Batch.expect(
        "The message of the turn is not there once.", sink, List.of(sink.messages().get(0)));
    store.second().finish(sink);
    long last = one.last() + 2;

    repeat(store, one, ack, last);
    ActivityItem next = store.second().fetchActivity(2);
    Expect.equal("A repeat counted a delivery.", 1, next.deliveryCount());
    store.second().complete(next);
    repeat(store, one, ack, last);
    OrchestrationItem item = store.second().fetchOne("order");
    Batch.expect("A repeat wrote a message.", item, Sample.completion(next));
    repeat(store, one, ack, last);
    store.second().turn(item).event(last + 1).apply();
    repeat(store, one, ack, last + 1);
    store.second().fetchNone("A repeat wrote a message.");
    store.second().fetchNoActivity("A repeat scheduled an activity.");
  }

  private static void repeat(StoreUnderTest store, Foreseen one, ActivityAck ack, long last) {
    ActivityAck fitting =
        one.ackAhead(Foreseen.ahead(1, last, one.bare().events(last + 1, last + 2)));
    for (Handle handle : List.of(store.first(), store.second())) {
      expectRepeat(handle.provider().ackActivityItem(ack));
      expectRepeat(handle.provider().ackActivityItem(fitting));
      List<AckResult> results = handle.provider().ackActivityItems(List.of(ack, fitting));
      Expect.equal("A list of two acks has not two answers.", 2, results.size());
      results.forEach(AheadRepeatRules::expectRepeat);
    }
    Expect.equal(
        "A repeat wrote events.", Sample.events(1, last), store.second().history(one.id(), 1));
  }

  private static void expectRepeat(AckResult result) {
    if (!(result instanceof AckResult.AlreadyApplied)) {
      Expect.rejected("A repeated ack was applied.", LockLost.class, result);
    }
  }

  /**
   * A repeated activity ack applies no turn that its first call had not.
   *
   * <p><b>Shape:</b> an ack without a turn, then again with one that fits: AlreadyApplied; the
   * completion comes with the next fetch, counted once.
   */
  @Rule("AHEAD-07")
  void aRepeatedAckAppliesNoNewTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Foreseen one = Foreseen.completion(store, "order");
    one.callPlainly();

    Expect.alreadyApplied(
        "A repeat with a turn ahead was not recognised.",
        store.first().provider().ackActivityItem(one.ackAhead(one.ahead(one.turn()))));

    Expect.equal(
        "A repeat wrote events.", Sample.events(1, one.last()), store.first().history(one.id(), 1));
    OrchestrationItem item = store.second().fetchOne("order");
    Batch.expect("The completion is not there once.", item, one.message());
    Expect.equal("A repeat counted a delivery.", 1, item.deliveryCount());
  }

  /**
   * A repeated start with a message id adds nothing and applies no turn.
   *
   * <p><b>Shape:</b> a start whose turn was applied is enqueued again, at once, through B, with a
   * turn that fits by now, and after later turns: not stored, nothing claimed, nothing said of a
   * turn. A start without a turn is repeated with one: the same.
   */
  @Rule("AHEAD-07")
  void aRepeatedStartAppliesNoTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Foreseen one = Foreseen.start(store, "order");
    one.call(one.ahead(one.turn())).applied();
    repeatStart(store, one, 2);
    store.second().fetchNone("A repeat wrote a message.");
    store.first().poke("order");
    OrchestrationItem item = store.second().fetchOne("order");
    repeatStart(store, one, 2);
    store.second().turn(item).event(3).apply();
    repeatStart(store, one, 3);
    store.second().fetchNone("A repeat wrote a message.");

    Foreseen plain = Foreseen.start(store, "plain");
    plain.callPlainly();
    repeatStart(store, plain, 0);
    item = store.second().fetchOne("plain");
    Batch.expect("The start is not there once.", item, plain.message());
    Expect.equal("A repeat counted a delivery.", 1, item.deliveryCount());
  }

  private static void repeatStart(StoreUnderTest store, Foreseen one, long last) {
    for (Handle handle : List.of(store.first(), store.second())) {
      for (long on : new long[] {0, last}) {
        EnqueueResult result =
            handle
                .provider()
                .enqueue(
                    one.message(),
                    one.claim(Foreseen.ahead(1, on, one.bare().events(on + 1, on + 2))));
        Expect.equal("A repeated start did something.", EnqueueResult.of(false), result);
      }
    }
    Expect.equal(
        "A repeat wrote events.", Sample.events(1, last), store.second().history(one.id(), 1));
  }
}
