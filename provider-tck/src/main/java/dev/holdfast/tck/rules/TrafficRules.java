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
   *
   * <p><b>If this fails, check:</b> is there a statement per element in a loop? are begin, set-up
   * and commit trips of their own? are inserts sent as arrays or multi-row statements?
   */
  @Rule("PERF-01")
  void callsCostTheSameForOneAndForAHundred(StoreUnderTest s) {
    StatementCounter counter = s.statements();
    costs(s, counter, 1);
    Map<String, Traffic> one = costs(s, counter, 1);
    Map<String, Traffic> many = costs(s, counter, MANY);

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

  private static Map<String, Traffic> costs(StoreUnderTest s, StatementCounter counter, int n) {
    Handle a = s.a();
    Map<String, Traffic> costs = new LinkedHashMap<>();
    String id = DisturbedCalls.newInstance(s);
    String sink = DisturbedCalls.newInstance(s);
    List<OrchestratorMessage> messages = messages(id, n);
    cost(costs, counter, "enqueueAll", () -> enqueueAll(a, messages));
    OrchestrationItem item =
        cost(costs, counter, "fetch of a batch of messages", () -> a.fetchOne(id));
    cost(costs, counter, "renewOrchestrationItem", () -> done(() -> a.renew(item, a.lockFor())));
    cost(costs, counter, "abandonOrchestrationItem", () -> done(() -> a.abandon(item)));
    Turn turn =
        a.turn(a.fetchOne(id))
            .events(1, n)
            .send(messages(sink, n).toArray(OrchestratorMessage[]::new));
    turn.activities(LongStream.rangeClosed(1, n).toArray());
    cost(costs, counter, "ack of events, activities and messages", turn::ack);
    a.finish(a.fetchOne(sink));
    List<ActivityItem> activities =
        cost(costs, counter, "fetch of activities", () -> a.fetchActivities(n));
    List<LockToken> held = activities.stream().map(ActivityItem::lockToken).toList();
    cost(
        costs,
        counter,
        "renewActivityItems",
        () -> a.provider().renewActivityItems(held, a.lockFor()));
    List<ActivityAck> completions =
        activities.stream()
            .map(activity -> ActivityAck.of(activity.lockToken(), Sample.completion(activity)))
            .toList();
    cost(costs, counter, "ackActivityItems", () -> a.provider().ackActivityItems(completions));
    a.finish(a.fetchOne(id));
    costsOfInstances(s, counter, n, costs);
    return costs;
  }

  private static void costsOfInstances(
      StoreUnderTest s, StatementCounter counter, int n, Map<String, Traffic> costs) {
    Handle a = s.a();
    List<String> ids = DisturbedCalls.newInstances(s, n);
    enqueueAll(a, ids.stream().map(id -> Sample.message(id, "poke")).toList());
    List<OrchestrationItem> items = cost(costs, counter, "fetch of instances", () -> a.fetch(n));
    List<LockToken> tokens = items.stream().map(OrchestrationItem::lockToken).toList();
    cost(
        costs,
        counter,
        "renewOrchestrationItems",
        () -> a.provider().renewOrchestrationItems(tokens, a.lockFor()));
    List<OrchestrationAck> acks =
        items.stream().map(item -> a.turn(item).event(1).build()).toList();
    cost(costs, counter, "ackOrchestrationItems", () -> a.provider().ackOrchestrationItems(acks));
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
   *
   * <p><b>If this fails, check:</b> is the list form inherited and so a loop?
   */
  @Rule("PERF-02")
  void aListOfAcksIsOneCommit(StoreUnderTest s) {
    Handle a = s.a();
    StatementCounter counter = s.statements();
    for (int n : List.of(1, 10, MANY)) {
      List<String> ids = DisturbedCalls.newInstances(s, n);
      List<OrchestrationAck> acks =
          DisturbedCalls.pokedAndLocked(s, ids).stream()
              .map(item -> a.turn(item).event(1).activities(1).build())
              .toList();
      Map<String, Traffic> costs = new LinkedHashMap<>();
      cost(
          costs,
          counter,
          "A list of %d acks".formatted(n),
          () -> a.provider().ackOrchestrationItems(acks));
      List<ActivityAck> completions =
          a.fetchActivities(n).stream()
              .map(item -> ActivityAck.of(item.lockToken(), Sample.completion(item)))
              .toList();
      cost(
          costs,
          counter,
          "A list of %d activity acks".formatted(n),
          () -> a.provider().ackActivityItems(completions));
      costs.forEach((list, cost) -> Expect.equal(list + " is not one commit.", 1L, cost.commits()));
      DisturbedCalls.finishAll(a, List.of());
    }
  }

  /**
   * Nobody reads a whole history.
   *
   * <p><b>Shape:</b> histories of 10 and of 10,000 events, of which five come along; rows read by
   * fetch and by ack are counted and are the same.
   *
   * <p><b>If this fails, check:</b> is the limit in the query and not applied afterwards? does the
   * ack load events to look for duplicates?
   */
  @Rule("PERF-03")
  void nobodyReadsAWholeHistory(StoreUnderTest s) {
    Map<String, Long> few = rowsRead(s, SHORT_HISTORY);
    Map<String, Long> many = rowsRead(s, LONG_HISTORY);
    Expect.that(
        "More rows are read because the history is longer.",
        "as with %d events: %s".formatted(SHORT_HISTORY, few),
        "with %d events: %s".formatted(LONG_HISTORY, many),
        few.equals(many));
  }

  /** The rows that a fetch and an ack read. */
  private static Map<String, Long> rowsRead(StoreUnderTest s, int events) {
    Handle a = s.a();
    StatementCounter counter = s.statements();
    String id = DisturbedCalls.newInstance(s);
    a.poke(id);
    List<HistoryEvent> history = Sample.events(1, events);
    a.turn(a.fetchOne(id)).events(history).apply();
    a.poke(id);
    Map<String, Traffic> costs = new LinkedHashMap<>();
    OrchestrationItem item =
        cost(
                costs,
                counter,
                "fetch",
                () -> a.fetch(OrchestrationFetch.of(1, a.lockFor()).withInlineHistory(INLINE)))
            .get(0);
    cost(costs, counter, "ack", () -> a.turn(item).event(events + 1L).ack());
    Map<String, Long> rows = new LinkedHashMap<>();
    costs.forEach((call, cost) -> rows.put("rows of the " + call, cost.rows()));
    return rows;
  }

  /**
   * Idle waiting costs a few statements per wake-up bound, for one waiter and for many.
   *
   * <p><b>Shape:</b> 1 and then 64 fetches wait for work on one handle; the statements in several
   * wake-up bounds are at most a few for each of them.
   *
   * <p><b>If this fails, check:</b> is there one poller per waiter instead of one per handle?
   */
  @Rule("PERF-06")
  void idleWaitingCostsLittle(StoreUnderTest s) {
    Duration watched = s.a().provider().info().wakeUpBound().multipliedBy(BOUNDS);
    for (int waiters : List.of(1, CROWD)) {
      long statements = statementsOfWaiters(s, waiters, watched);
      Expect.that(
          "Waiting without work costs too many statements.",
          "at most %d statements, %d in each of %d wake-up bounds of %s"
              .formatted(
                  BOUNDS * FEW_STATEMENTS, FEW_STATEMENTS, BOUNDS, watched.dividedBy(BOUNDS)),
          "%d statements with %d waiting on one handle".formatted(statements, waiters),
          statements <= BOUNDS * FEW_STATEMENTS);
    }
  }

  private static long statementsOfWaiters(StoreUnderTest s, int waiters, Duration watched) {
    Handle a = s.a();
    OrchestrationFetch fetch =
        OrchestrationFetch.of(1, a.lockFor()).withWaitUpTo(Duration.ofHours(1));
    List<Parked<List<OrchestrationItem>>> parked = new ArrayList<>();
    try {
      for (int i = 0; i < waiters; i++) {
        parked.add(Parked.call(s.pace(), () -> a.fetch(fetch)));
      }
      // Those that came last look once before they wait.
      Waiting.realTime(watched.dividedBy(BOUNDS));
      Traffic before = s.statements().soFar();
      Waiting.realTime(watched);
      return s.statements().soFar().since(before).statements();
    } finally {
      parked.forEach(Parked::close);
      parked.forEach(Parked::answer);
    }
  }
}
