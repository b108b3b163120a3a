// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import dev.holdfast.tck.harness.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Cost that can be counted: statements, commits, round trips and rows. */
@RuleFamily("PERF")
final class TrafficRules {

  private static final int MANY = 100;
  private static final long MOST_ROUND_TRIPS = 2;
  private static final int SHORT_HISTORY = 10;
  private static final int LONG_HISTORY = 10_000;
  private static final int INLINE = 5;
  private static final int CROWD = 64;
  private static final int BOUNDS = 10;
  private static final long FEW_STATEMENTS = 10;

  /**
   * Calls cost the same number of statements for one element and for a hundred.
   *
   * <p><b>Shape:</b> on a warm handle, enqueue, fetch, ack, renew and abandon with 1 and with 100
   * messages, events, activities and list elements: the statements are equally many, or, behind a
   * network, the round trips at most two.
   */
  @Rule("PERF-01")
  void callsCostTheSameForOneAndForAHundred(StoreUnderTest store) {
    StatementCounter counter = store.statements();
    costs(store, counter, 1);
    Map<String, Traffic> one = costs(store, counter, 1);
    Map<String, Traffic> many = costs(store, counter, MANY);

    List<String> tooMuch = new ArrayList<>();
    one.forEach((call, cost) -> {
      Traffic costOfMany = many.getOrDefault(call, Traffic.NONE);
      if (counter.overNetwork()) {
        if (Math.max(cost.roundTrips(), costOfMany.roundTrips()) > MOST_ROUND_TRIPS) {
          tooMuch.add(
              "%s: %d round trips, %d for %d"
                  .formatted(call, cost.roundTrips(), costOfMany.roundTrips(), MANY));
        }
      } else if (costOfMany.statements() > cost.statements()) {
        tooMuch.add(
            "%s: %d statements, %d for %d"
                .formatted(call, cost.statements(), costOfMany.statements(), MANY));
      }
    });
    Expect.none("Calls cost more than they should.", tooMuch);
  }

  private static Map<String, Traffic> costs(StoreUnderTest store, StatementCounter counter, int n) {
    Handle first = store.first();
    Map<String, Traffic> costs = new LinkedHashMap<>();
    String id = DisturbedCalls.newInstance(store);
    String sink = DisturbedCalls.newInstance(store);
    List<OrchestratorMessage> messages = messages(id, n);
    cost(costs, counter, "enqueueAll", () -> enqueueAll(first, messages));
    OrchestrationItem item =
        cost(costs, counter, "fetch of a batch of messages", () -> first.fetchOne(id));
    cost(costs, counter, "renew of one", () -> done(() -> first.renew(item, first.lockFor())));
    cost(costs, counter, "abandon", () -> done(() -> first.abandon(item)));
    Turn turn =
        first
            .turn(first.fetchOne(id))
            .events(1, n)
            .send(messages(sink, n).toArray(OrchestratorMessage[]::new));
    turn.activities(LongStream.rangeClosed(1, n).toArray());
    cost(costs, counter, "ack of events, activities and messages", turn::ack);
    first.finish(first.fetchOne(sink));
    List<ActivityItem> activities =
        cost(costs, counter, "fetch of activities", () -> first.fetchActivities(n));
    List<LockToken> held = activities.stream().map(ActivityItem::lockToken).toList();
    cost(
        costs, counter, "renew of activities", () -> first.provider().renew(held, first.lockFor()));
    List<ActivityAck> completions =
        activities.stream()
            .map(activity -> ActivityAck.of(activity.lockToken(), Sample.completion(activity)))
            .toList();
    cost(costs, counter, "ackActivityItems", () -> first.provider().ackActivityItems(completions));
    first.finish(first.fetchOne(id));
    costsOfInstances(store, counter, n, costs);
    return costs;
  }

  private static void costsOfInstances(
      StoreUnderTest store, StatementCounter counter, int n, Map<String, Traffic> costs) {
    Handle first = store.first();
    List<String> ids = DisturbedCalls.newInstances(store, n);
    enqueueAll(first, ids.stream().map(id -> Sample.message(id, "poke")).toList());
    List<OrchestrationItem> items =
        cost(costs, counter, "fetch of instances", () -> first.fetch(n));
    List<LockToken> tokens = items.stream().map(OrchestrationItem::lockToken).toList();
    cost(
        costs,
        counter,
        "renew of instances",
        () -> first.provider().renew(tokens, first.lockFor()));
    List<OrchestrationAck> acks =
        items.stream().map(item -> first.turn(item).event(1).build()).toList();
    cost(
        costs,
        counter,
        "ackOrchestrationItems",
        () -> first.provider().ackOrchestrationItems(acks));
  }

  private static <T> T cost(
      Map<String, Traffic> costs, StatementCounter counter, String call, Supplier<T> body) {
    Traffic before = counter.soFar();
    T answer = body.get();
    costs.put(call, counter.soFar().since(before));
    return answer;
  }

  private static List<OrchestratorMessage> messages(String id, int n) {
    return IntStream.range(0, n).mapToObj(i -> Sample.message(id, "message " + i)).toList();
  }

  private static boolean enqueueAll(Handle handle, List<OrchestratorMessage> messages) {
    return done(() -> handle.provider().enqueueAll(messages));
  }

  private static boolean done(Runnable call) {
    call.run();
    return true;
  }

  /**
   * A list of acks is one commit.
   *
   * <p><b>Shape:</b> lists of 1, 10 and 100 acks of instances and of activities; commits are
   * counted.
   */
  @Rule("PERF-02")
  void aListOfAcksIsOneCommit(StoreUnderTest store) {
    Handle first = store.first();
    StatementCounter counter = store.statements();
    for (int n : List.of(1, 10, MANY)) {
      List<String> ids = DisturbedCalls.newInstances(store, n);
      List<OrchestrationAck> acks =
          DisturbedCalls.pokedAndLocked(store, ids).stream()
              .map(item -> first.turn(item).event(1).activities(1).build())
              .toList();
      Map<String, Traffic> costs = new LinkedHashMap<>();
      cost(
          costs,
          counter,
          "A list of %d acks".formatted(n),
          () -> first.provider().ackOrchestrationItems(acks));
      List<ActivityAck> completions =
          first.fetchActivities(n).stream()
              .map(item -> ActivityAck.of(item.lockToken(), Sample.completion(item)))
              .toList();
      cost(
          costs,
          counter,
          "A list of %d activity acks".formatted(n),
          () -> first.provider().ackActivityItems(completions));
      costs.forEach((list, cost) -> Expect.equal(list + " is not one commit.", 1L, cost.commits()));
      DisturbedCalls.finishAll(first, List.of());
    }
  }

  /**
   * Nobody reads a whole history.
   *
   * <p><b>Shape:</b> histories of 10 and of 10,000 events, of which five come along; rows read by
   * fetch and by ack are counted and are the same.
   */
  @Rule("PERF-03")
  void nobodyReadsAWholeHistory(StoreUnderTest store) {
    Map<String, Long> few = rowsRead(store, SHORT_HISTORY);
    Map<String, Long> many = rowsRead(store, LONG_HISTORY);
    Expect.that(
        "More rows are read because the history is longer.",
        "as with %d events: %s".formatted(SHORT_HISTORY, few),
        "with %d events: %s".formatted(LONG_HISTORY, many),
        few.equals(many));
  }

  /** The rows that a fetch and an ack read. */
  private static Map<String, Long> rowsRead(StoreUnderTest store, int events) {
    Handle first = store.first();
    StatementCounter counter = store.statements();
    String id = DisturbedCalls.newInstance(store);
    first.poke(id);
    List<HistoryEvent> history = Sample.events(1, events);
    first.turn(first.fetchOne(id)).events(history).apply();
    first.poke(id);
    Map<String, Traffic> costs = new LinkedHashMap<>();
    OrchestrationItem item =
        cost(
                costs,
                counter,
                "fetch",
                () ->
                    first.fetch(
                        OrchestrationFetch.of(1, first.lockFor()).withInlineHistory(INLINE)))
            .get(0);
    cost(costs, counter, "ack", () -> first.turn(item).event(events + 1L).ack());
    Map<String, Long> rows = new LinkedHashMap<>();
    costs.forEach((call, cost) -> rows.put("rows of the " + call, cost.rows()));
    return rows;
  }

  /**
   * Idle waiting costs a few statements per wake-up bound, for one waiter and for many.
   *
   * <p><b>Shape:</b> 1 and then 64 fetches wait for work on one handle; the statements in several
   * wake-up bounds are at most a few for each of them.
   */
  @Rule("PERF-06")
  void idleWaitingCostsLittle(StoreUnderTest store) {
    Duration watched = store.first().provider().info().wakeUpBound().multipliedBy(BOUNDS);
    for (int waiters : List.of(1, CROWD)) {
      long statements = statementsOfWaiters(store, waiters, watched);
      Expect.that(
          "Waiting without work costs too many statements.",
          "at most %d statements, %d in each of %d wake-up bounds of %s"
              .formatted(
                  BOUNDS * FEW_STATEMENTS, FEW_STATEMENTS, BOUNDS, watched.dividedBy(BOUNDS)),
          "%d statements with %d waiting on one handle".formatted(statements, waiters),
          statements <= BOUNDS * FEW_STATEMENTS);
    }
  }

  private static long statementsOfWaiters(StoreUnderTest store, int waiters, Duration watched) {
    Handle first = store.first();
    OrchestrationFetch fetch =
        OrchestrationFetch.of(1, first.lockFor()).withWaitUpTo(Duration.ofHours(1));
    List<Parked<List<OrchestrationItem>>> parked = new ArrayList<>();
    try {
      for (int i = 0; i < waiters; i++) {
        parked.add(Parked.call(store.pace(), () -> first.fetch(fetch)));
      }
      // Those that came last look once before they wait.
      Waiting.realTime(watched.dividedBy(BOUNDS));
      Traffic before = store.statements().soFar();
      Waiting.realTime(watched);
      return store.statements().soFar().since(before).statements();
    } finally {
      parked.forEach(Parked::close);
      parked.forEach(Parked::answer);
    }
  }
}
