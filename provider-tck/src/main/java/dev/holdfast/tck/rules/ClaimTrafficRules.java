// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What claims cost. */
@RuleFamily("CLAIM")
final class ClaimTrafficRules {

  private static final int MANY = 20;

  /**
   * Claims add no round trip and no commit.
   *
   * <p><b>Shape:</b> on a warm handle, enqueue, ack of a turn, ack of an activity and the list
   * forms of both, without and with claims: commits are equally many, and behind a network round
   * trips.
   */
  @Rule("CLAIM-08")
  void claimsCostNoRoundTripAndNoCommit(StoreUnderTest store) {
    Claims.requireDeclared(store);
    StatementCounter counter = store.statements();
    costs(store, counter, true);
    CallCosts without = costs(store, counter, false);
    costs(store, counter, true).requireNoMoreThan(without, "claims");
  }

  private static CallCosts costs(StoreUnderTest store, StatementCounter counter, boolean claiming) {
    Handle first = store.first();
    CallCosts costs = new CallCosts(counter);
    EagerInstance instance = claiming ? Claims.instance(store.lockFor()) : null;
    EagerActivities activities = claiming ? Claims.activities(MANY, store.lockFor()) : null;
    String id = DisturbedCalls.newInstance(store);
    OrchestrationItem item = enqueue(costs, first, id, instance);
    costs.of(
        "ackOrchestrationItem",
        () ->
            first
                .turn(item)
                .activities(LongStream.rangeClosed(1, MANY).toArray())
                .eager(activities)
                .ack());
    List<ActivityItem> held = claiming ? first.fetchActivities(MANY) : List.of();
    Expect.none("A claimed activity was delivered.", held);
    store.moveTime(store.lockFor());
    List<ActivityItem> items = first.fetchActivities(MANY);
    costs.of(
        "ackActivityItem", () -> first.provider().ackActivityItem(done(items.get(0), instance)));
    costs.of(
        "ackActivityItems",
        () ->
            first
                .provider()
                .ackActivityItems(
                    items.stream().skip(1).map(each -> done(each, instance)).toList()));
    store.moveTime(store.lockFor());
    first.finish(first.fetchOne(id));

    List<OrchestrationAck> turns =
        DisturbedCalls.pokedAndLocked(store, DisturbedCalls.newInstances(store, MANY)).stream()
            .map(each -> first.turn(each).activities(1).eager(activities).build())
            .toList();
    costs.of("ackOrchestrationItems", () -> first.provider().ackOrchestrationItems(turns));
    store.moveTime(store.lockFor());
    first
        .fetchActivities(MANY)
        .forEach(each ->
            Expect.applied(
                first.provider().ackActivityItem(ActivityAck.of(each.lockToken(), null))));
    return costs;
  }

  private static OrchestrationItem enqueue(
      CallCosts costs, Handle first, String id, @Nullable EagerInstance eager) {
    if (eager != null) {
      return Claims.claimed(
          "The instance was not claimed.",
          costs.of(
              "enqueue",
              () ->
                  Optional.ofNullable(
                      first
                          .provider()
                          .enqueue(Sample.message(id, "poke"), eager)
                          .eagerInstance())));
    }
    costs.of("enqueue", () -> first.poke(id));
    return first.fetchOne(id);
  }

  private static ActivityAck done(ActivityItem activity, @Nullable EagerInstance eager) {
    return new ActivityAck(activity.lockToken(), Sample.completion(activity), eager);
  }
}
