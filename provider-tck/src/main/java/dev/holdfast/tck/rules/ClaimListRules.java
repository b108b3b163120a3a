// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Claims in list forms. */
@RuleFamily("CLAIM")
final class ClaimListRules {

  private static final int MANY = 10;
  private static final int EVENTS = 5;

  /**
   * A list of activity acks for one instance claims it once, with all completions.
   *
   * <p><b>Shape:</b> four acks with claims in one list: one of the answers has the instance, with a
   * message that waited and the four completions in list order; B fetches nothing; after the ack
   * nothing is left.
   */
  @Rule("CLAIM-07")
  void aListForOneInstanceClaimsItOnce(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    List<ActivityItem> activities = activities(store, "order", 4);
    List<OrchestratorMessage> expected = new ArrayList<>(List.of(first.poke("order")));
    activities.forEach(activity -> expected.add(Sample.completion(activity)));
    EagerInstance eager = Claims.instance(store.lockFor());

    List<AckResult> results =
        first
            .provider()
            .ackActivityItems(activities.stream().map(activity -> done(activity, eager)).toList());

    OrchestrationItem item = only(claimed(results), "order");
    Batch.expect("The batch has not all completions of the list.", item, expected);
    Expect.equal("The delivery was not counted once.", 1, item.deliveryCount());
    store.second().fetchNone("A claimed instance was delivered to another handle.");
    first.finish(item);
    store.second().fetchNone("A completion was left behind.");
  }

  private static List<ActivityItem> activities(StoreUnderTest store, String id, int n) {
    store.first().create(id);
    store.first().schedule(id, LongStream.rangeClosed(1, n).toArray());
    List<ActivityItem> items = store.first().fetchActivities(n);
    Expect.equal("Not every activity was delivered.", n, items.size());
    return items;
  }

  private static ActivityAck done(ActivityItem activity, @Nullable EagerInstance eager) {
    return new ActivityAck(activity.lockToken(), Sample.completion(activity), eager);
  }

  /** What a list claimed, by the element that answers it. */
  private static Map<Integer, OrchestrationItem> claimed(List<AckResult> results) {
    Map<Integer, OrchestrationItem> claimed = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof AckResult.Applied applied) {
        int element = i;
        Optional.ofNullable(applied.eagerInstance()).ifPresent(item -> claimed.put(element, item));
      }
    }
    return claimed;
  }

  private static List<Integer> elements(Map<Integer, OrchestrationItem> claimed, String id) {
    return claimed.entrySet().stream()
        .filter(each -> each.getValue().instanceId().equals(id))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static OrchestrationItem only(Map<Integer, OrchestrationItem> claimed, String id) {
    List<OrchestrationItem> items =
        claimed.values().stream().filter(item -> item.instanceId().equals(id)).toList();
    Expect.equal("A list did not claim the instance once: " + id + ".", 1, items.size());
    return items.get(0);
  }

  /**
   * A list of activity acks for many instances claims each once, where an element asks for it.
   *
   * <p><b>Shape:</b> acks for x (eager), y (eager), z (none), x (eager), y (none): x and y are
   * claimed with two completions each, at an element that asked; B fetches z.
   */
  @Rule("CLAIM-07")
  void aListForManyInstancesClaimsEachOnce(StoreUnderTest store) {
    Claims.requireDeclared(store);
    List<ActivityItem> x = activities(store, "x", 2);
    List<ActivityItem> y = activities(store, "y", 2);
    List<ActivityItem> z = activities(store, "z", 1);
    EagerInstance eager = Claims.instance(store.lockFor());

    Map<Integer, OrchestrationItem> claimed =
        claimed(
            store
                .first()
                .provider()
                .ackActivityItems(
                    List.of(
                        done(x.get(0), eager),
                        done(y.get(0), eager),
                        done(z.get(0), null),
                        done(x.get(1), eager),
                        done(y.get(1), null))));

    Expect.equal("The list claimed more or less than two.", 2, claimed.size());
    for (List<ActivityItem> both : List.of(x, y)) {
      Batch.expect(
          "The batch has not all completions of the list.",
          only(claimed, both.get(0).task().instanceId()),
          both.stream().map(Sample::completion).toList());
    }
    Expect.that(
        "An element answered the instance of another one.",
        "x at 0 or 3, y at 1",
        claimed.keySet(),
        List.of(0, 3).containsAll(elements(claimed, "x"))
            && elements(claimed, "y").equals(List.of(1)));
    Expect.equal(
        "An instance was counted that no element asked for.",
        1,
        store.second().fetchOne("z").deliveryCount());
    store.second().fetchNone("A claimed instance was delivered to another handle.");
  }

  /**
   * Each element's claim has its own values.
   *
   * <p><b>Shape:</b> in a list x is claimed for L with one event, y for 3 L with four; each comes
   * with its history; at L B gets x, at 3 L it gets y.
   */
  @Rule("CLAIM-07")
  void eachElementHasItsOwnClaim(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    List<ActivityAck> acks = new ArrayList<>();
    List<String> ids = List.of("x", "y");
    List<EagerInstance> claims =
        List.of(
            new EagerInstance(store.lockFor(), 1, null),
            new EagerInstance(store.lockFor().multipliedBy(3), EVENTS - 1, null));
    for (String id : ids) {
      first.create(id);
      first.poke(id);
      first.turn(first.fetchOne(id)).events(1, EVENTS).activities(1).apply();
    }
    List<ActivityItem> activities = first.fetchActivities(2);
    for (ActivityItem activity : activities) {
      acks.add(done(activity, claims.get(ids.indexOf(activity.task().instanceId()))));
    }

    Map<Integer, OrchestrationItem> claimed = claimed(first.provider().ackActivityItems(acks));

    for (int i = 0; i < ids.size(); i++) {
      Expect.equal(
          "A claim came with another history than it asked for.",
          claims.get(i).inlineHistory(),
          only(claimed, ids.get(i)).history().events().size());
    }
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("A claimed lock ended before the time that was asked for.");
    store.moveTime(store.tick());
    store.second().finish(store.second().fetchOne("x"));
    store.second().fetchNone("A claimed lock ended before the time that was asked for.");
    store.moveTime(store.lockFor().multipliedBy(2));
    store.second().fetchOne("y");
  }

  /**
   * An element that is rejected claims nothing and stands in nobody's way.
   *
   * <p><b>Shape:</b> acks for x: applied, applied, rejected, all with claims; for y, which is
   * ready: rejected: x is claimed by an applied element with two completions; B fetches y with
   * delivery count 1.
   */
  @Rule("CLAIM-07")
  void aRejectedElementStandsInNobodysWay(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    List<ActivityItem> x = activities(store, "x", 3);
    List<ActivityItem> y = activities(store, "y", 1);
    first.poke("y");
    EagerInstance eager = Claims.instance(store.lockFor());
    OrchestratorMessage stray = Sample.message("z", "stray");

    List<AckResult> results =
        first
            .provider()
            .ackActivityItems(
                List.of(
                    done(x.get(0), eager),
                    new ActivityAck(y.get(0).lockToken(), stray, eager),
                    done(x.get(1), eager),
                    new ActivityAck(x.get(2).lockToken(), stray, eager)));

    Expect.rejected("A stray completion was accepted.", InvalidRequest.class, results.get(1));
    Expect.rejected("A stray completion was accepted.", InvalidRequest.class, results.get(3));
    Map<Integer, OrchestrationItem> claimed = claimed(results);
    Batch.expect(
        "The batch has not the completions that were applied.",
        only(claimed, "x"),
        Sample.completion(x.get(0)),
        Sample.completion(x.get(1)));
    Expect.equal("A rejected element claimed its instance.", 1, claimed.size());
    Expect.equal(
        "A rejected element counted a delivery.", 1, store.second().fetchOne("y").deliveryCount());
  }

  /**
   * In a list of turns each has its own claim.
   *
   * <p><b>Shape:</b> three turns schedule two activities each: the first claims one, the second
   * none, the third ten for 2 L: each answer has its own activities; B fetches the other three; at
   * L B gets the first's, at 2 L the third's.
   */
  @Rule("CLAIM-07")
  void eachTurnOfAListHasItsOwnClaim(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    List<String> ids = List.of("x", "y", "z");
    ids.forEach(first::create);
    ids.forEach(first::poke);
    List<OrchestrationAck> acks = new ArrayList<>();
    List<OrchestrationItem> items = first.fetch(MANY);
    for (int i = 0; i < ids.size(); i++) {
      Turn turn = first.turn(items.get(i)).activities(10L * i + 1, 10L * i + 2);
      if (i != 1) {
        turn.eager(
            Claims.activities(i == 0 ? 1 : MANY, store.lockFor().multipliedBy(i == 0 ? 1 : 2)));
      }
      acks.add(turn.build());
    }

    List<List<Long>> claimed =
        first.provider().ackOrchestrationItems(acks).stream()
            .map(result -> Claims.numbers(Claims.scheduled(result)))
            .toList();

    Expect.equal(
        "The turns did not claim what each asked for.",
        List.of(List.of(1L), List.of(), List.of(21L, 22L)),
        claimed);
    List<ActivityItem> others = store.second().fetchActivities(MANY);
    Expect.equal("The others do not wait.", List.of(2L, 11L, 12L), sorted(others));
    others.forEach(store.second()::complete);
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNoActivity("A claimed lock ended before the time that was asked for.");
    store.moveTime(store.tick());
    store.second().complete(store.second().fetchActivity(1));
    store.second().fetchNoActivity("A claimed lock ended before the time that was asked for.");
    store.moveTime(store.lockFor());
    Expect.equal(
        "A claimed lock did not end.",
        List.of(21L, 22L),
        sorted(store.second().fetchActivities(MANY)));
  }

  private static List<Long> sorted(List<ActivityItem> items) {
    return Claims.numbers(items).stream().sorted().toList();
  }

  /**
   * A list with the same ack twice claims for the first.
   *
   * <p><b>Shape:</b> the ack of a turn and of an activity stand twice in their lists: Applied with
   * the claim, then AlreadyApplied.
   */
  @Rule("CLAIM-07")
  void aRepeatInAListClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.start("order");
    OrchestrationAck turn =
        first
            .turn(first.fetchOne("order"))
            .name(Sample.NAME)
            .activities(1)
            .eager(Claims.activities(MANY, store.lockFor()))
            .build();

    List<AckResult> turns = first.provider().ackOrchestrationItems(List.of(turn, turn));

    List<ActivityItem> activities = Claims.scheduled(turns.get(0));
    Expect.equal("The activity was not claimed.", List.of(1L), Claims.numbers(activities));
    Expect.alreadyApplied("A repeat was not recognised.", turns.get(1));
    ActivityAck ack = done(activities.get(0), Claims.instance(store.lockFor()));
    List<AckResult> results =
        first.provider().ackActivityItems(IntStream.range(0, 2).mapToObj(i -> ack).toList());
    Batch.expect(
        "The batch has not the one completion.",
        Claims.claimed("The instance was not claimed.", Claims.completed(results.get(0))),
        Sample.completion(activities.get(0)));
    Expect.alreadyApplied("A repeat was not recognised.", results.get(1));
  }
}
