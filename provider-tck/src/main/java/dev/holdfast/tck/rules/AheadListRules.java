// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns ahead in list forms. */
@RuleFamily("AHEAD")
final class AheadListRules {

  private static final int LENGTH = 4;

  private static List<AckResult> ack(StoreUnderTest store, List<ActivityAck> acks) {
    List<AckResult> results = store.first().provider().ackActivityItems(acks);
    Expect.equal("A list has not an answer for each element.", acks.size(), results.size());
    return results;
  }

  private static void expectHistory(StoreUnderTest store, Foreseen one, long last) {
    Expect.equal(
        "The history of " + one.id() + " is another one.",
        Sample.events(1, last),
        store.second().history(one.id(), 1));
  }

  /**
   * In a list for several instances each element has its own turn.
   *
   * <p><b>Shape:</b> four instances in one list: each turn schedules and claims an activity of its
   * own, and its answer has that one; nothing is left; the activities are acked.
   */
  @Rule("AHEAD-09")
  void eachElementHasItsOwnTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    List<Foreseen> all = new ArrayList<>();
    List<ActivityAck> acks = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      Foreseen one = Foreseen.completion(store, "order" + i);
      all.add(one);
      acks.add(
          one.ackAhead(
              one.ahead(
                  one.turn().activities(10 + i).eager(Claims.activities(1, store.lockFor())))));
    }

    List<AckResult> results = ack(store, acks);

    for (int i = 0; i < LENGTH; i++) {
      List<ActivityItem> claimed = AheadAnswer.of(results.get(i)).applied();
      Expect.equal(
          "An element's turn claimed another activity.", List.of(10L + i), Claims.numbers(claimed));
      expectHistory(store, all.get(i), all.get(i).last() + 2);
    }
    store.second().fetchNone("A completion was left behind.");
    store.second().fetchNoActivity("A claimed activity was delivered to another handle.");
    for (AckResult result : results) {
      AheadAnswer.of(result).applied().forEach(store.first()::complete);
    }
  }

  /**
   * Of two elements for one instance at most the first goes ahead, and the second is completed
   * plainly.
   *
   * <p><b>Shape:</b> two activities of one instance in one list; the second element has a turn that
   * was computed on the same event, or on the first one's last event: the first turn is applied,
   * the second element claims the instance with its own completion.
   */
  @Rule("AHEAD-09")
  void anInstanceGoesAheadOnce(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    for (long on : new long[] {0, 2}) {
      Foreseen one = Foreseen.completion(store, "order" + on, 2);
      long last = one.last() + on;
      ActivityAck first = one.ackAhead(one.ahead(one.turn().activities(11)));
      one.next();
      ActivityAck second =
          one.ackAhead(
              Foreseen.ahead(1, last, one.bare().events(last + 1, last + 2).activities(12)));

      List<AckResult> results = ack(store, List.of(first, second));

      Expect.none(
          "A turn ahead claimed what it did not ask for.",
          AheadAnswer.of(results.get(0)).applied());
      OrchestrationItem item =
          AheadAnswer.of(results.get(1))
              .unusedButClaimed("Two elements for one instance were applied with their turns.");
      Batch.expect("The second completion is not in the batch.", item, one.message());
      expectHistory(store, one, one.last() + 2);
      store.second().complete(store.second().fetchActivity(11));
      store.second().fetchNoActivity("A turn that was not used left an activity.");
      store.first().finish(item);
      store.first().finish(store.first().fetchOne(one.id()));
    }
  }

  /**
   * A turn is applied as things are at its place in the list.
   *
   * <p><b>Shape:</b> two activities of one instance: an element with a turn before a plain one goes
   * ahead, and the other's completion waits; behind a plain one it does not, and the claim has
   * both. A turn that sends a message to another instance stands in the way of that one's turn
   * behind it, and not of the one before it.
   */
  @Rule("AHEAD-09")
  void aTurnIsAppliedAsItsPlaceSays(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Foreseen one = Foreseen.completion(store, "before", 2);
    ActivityAck ahead = one.ackAhead(one.ahead(one.turn()));
    one.next();
    List<AckResult> results = ack(store, List.of(ahead, one.ack(null)));
    AheadAnswer.of(results.get(0))
        .applied("An element stood in the way of a turn before it in the list.");
    AheadAnswer.of(results.get(1)).unused("An element without a turn had one.");
    OrchestrationItem item = store.second().fetchOne("before");
    Batch.expect("The plain completion did not wait.", item, one.message());
    store.second().finish(item);

    one = Foreseen.completion(store, "behind", 2);
    OrchestratorMessage plain = one.message();
    ActivityAck first = one.ack(null);
    one.next();
    results = ack(store, List.of(first, one.ackAhead(one.ahead(one.turn()))));
    item =
        AheadAnswer.of(results.get(1))
            .unusedButClaimed("An element before a turn did not stand in its way.");
    Batch.expect("The batch has not both completions.", item, plain, one.message());
    expectHistory(store, one, one.last());
    store.first().finish(item);

    messagesBetweenElements(store);
  }

  private static void messagesBetweenElements(StoreUnderTest store) {
    Foreseen x = Foreseen.completion(store, "x");
    Foreseen y = Foreseen.completion(store, "y");
    Foreseen z = Foreseen.completion(store, "z");
    OrchestratorMessage toX = Sample.message("x", "from y");
    OrchestratorMessage toZ = Sample.message("z", "from y");
    List<AckResult> results =
        ack(
            store,
            List.of(
                x.ackAhead(x.ahead(x.turn())),
                y.ackAhead(y.ahead(y.turn().send(toX, toZ))),
                z.ackAhead(z.ahead(z.turn()))));
    AheadAnswer.of(results.get(0)).applied();
    AheadAnswer.of(results.get(1)).applied();
    OrchestrationItem item =
        AheadAnswer.of(results.get(2))
            .unusedButClaimed("The message of a turn before it did not stand in a turn's way.");
    Batch.expect("The batch has not both messages.", item, toZ, z.message());
    store.first().finish(item);
    OrchestrationItem next = store.second().fetchOne("x");
    Batch.expect("A message of a turn ahead is missing.", next, toX);
    store.second().finish(next);
  }

  /**
   * Elements that go wrong stand in nobody's way, wherever they are.
   *
   * <p><b>Shape:</b> lists of four; at each position in turn stands a stray completion with a turn,
   * a turn that is refused, and one that does not fit: that element is rejected, or is applied with
   * the error or with nothing and claims its instance; the turns of all others are applied.
   */
  @Rule("AHEAD-09")
  void wrongElementsStandInNobodysWay(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    for (Wrong wrong : Wrong.values()) {
      for (int position = 0; position < LENGTH; position++) {
        expectOthersApplied(store, wrong, position);
      }
    }
  }

  private enum Wrong {
    STRAY,
    REFUSED,
    UNFIT
  }

  private static void expectOthersApplied(StoreUnderTest store, Wrong wrong, int position) {
    List<Foreseen> all = new ArrayList<>();
    List<ActivityAck> acks = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      Foreseen one = Foreseen.completion(store, wrong + "-" + position + "-" + i);
      all.add(one);
      acks.add(
          i == position ? wrong(wrong, one) : one.ackAhead(one.ahead(one.turn().activities(11))));
    }

    List<AckResult> results = ack(store, acks);

    for (int i = 0; i < LENGTH; i++) {
      if (i != position) {
        AheadAnswer.of(results.get(i)).applied("A wrong element took another one's turn along.");
        expectHistory(store, all.get(i), all.get(i).last() + 2);
        continue;
      }
      AckResult result = results.get(i);
      Optional<OrchestrationItem> item =
          switch (wrong) {
            case STRAY -> {
              Expect.rejected("A stray completion was accepted.", InvalidRequest.class, result);
              yield Optional.empty();
            }
            case REFUSED ->
                Optional.of(
                    AheadAnswer.of(result)
                        .refused("A wrong turn ahead was not refused.", DuplicateEvent.class));
            case UNFIT ->
                Optional.of(
                    AheadAnswer.of(result).unusedButClaimed("A turn was used that does not fit."));
          };
      expectHistory(store, all.get(i), all.get(i).last());
      item.ifPresent(store.first()::finish);
    }
    List<ActivityItem> activities = store.second().fetchActivities(LENGTH);
    Expect.equal("A turn's activity is missing, or there twice.", LENGTH - 1, activities.size());
    DisturbedCalls.finishAll(store.second(), activities);
    store.second().fetchNone("A message was left behind.");
  }

  private static ActivityAck wrong(Wrong wrong, Foreseen one) {
    return switch (wrong) {
      case STRAY -> one.saying(Sample.message("another", "stray")).ackAhead(one.ahead(one.turn()));
      case REFUSED -> one.ackAhead(one.ahead(one.turn().event(one.last() + 2)));
      case UNFIT -> one.ackAhead(Foreseen.ahead(1, one.last() + 1, one.turn()));
    };
  }

  /**
   * A list with the same ack twice applies its turn once.
   *
   * <p><b>Shape:</b> an ack with a turn stands twice in a list: applied with its turn, then
   * recognised or lost; the history has the turn once.
   */
  @Rule("AHEAD-09")
  void aRepeatInAListAppliesNoTurn(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Foreseen one = Foreseen.completion(store, "order");
    ActivityAck ack = one.ackAhead(one.ahead(one.turn().activities(11)));

    List<AckResult> results = ack(store, List.of(ack, ack));

    AheadAnswer.of(results.get(0)).applied();
    AheadRepeatRules.expectRepeat(results.get(1));
    expectHistory(store, one, one.last() + 2);
    store.second().fetchNone("A repeat left a completion.");
    store.second().fetchActivity(11);
    store.second().fetchNoActivity("A repeat scheduled an activity.");
  }
}
