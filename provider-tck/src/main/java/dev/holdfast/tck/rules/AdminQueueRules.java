// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Questions about the whole store: metrics and queue depths. */
@RuleFamily("ADMIN")
final class AdminQueueRules {

  private static final int TURNS = 40;

  /**
   * Metrics count what is stored, and the statuses add up.
   *
   * <p><b>Shape:</b> a counted store; then a reader while acks end, continue and create instances,
   * until it has seen several changes.
   */
  @Rule("ADMIN-19")
  void metricsAddUp(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    Expect.equal(
        "An empty store has metrics.", new StoreMetrics(0, 0, 0, Map.of()), admin.metrics());
    born(first, "running", turn -> turn.events(1, 3));
    born(first, "completed", turn -> turn.event(1).status(ExecutionStatus.COMPLETED));
    born(
        first,
        "continued",
        turn ->
            turn.events(1, 2)
                .status(ExecutionStatus.CONTINUED_AS_NEW)
                .send(Sample.start("continued", Sample.NAME, null)));
    first
        .turn(first.fetchOne("continued"))
        .execution(2)
        .event(1)
        .status(ExecutionStatus.FAILED)
        .apply();
    born(first, "other", turn -> turn);
    first.start("queued");
    first.poke("orphan");
    for (InstanceAdmin one : Admins.both(store)) {
      Expect.equal(
          "The metrics are wrong.",
          new StoreMetrics(
              4,
              5,
              7,
              Map.of(
                  ExecutionStatus.RUNNING,
                  2L,
                  ExecutionStatus.COMPLETED,
                  1L,
                  ExecutionStatus.FAILED,
                  1L)),
          withoutZeros(one.metrics()));
    }
    first.finish(first.fetchOne("queued"));
    readWhileTurnsGoOn(store);
  }

  private static StoreMetrics withoutZeros(StoreMetrics metrics) {
    Map<ExecutionStatus, Long> counts = new HashMap<>(metrics.instancesByStatus());
    counts.values().removeIf(count -> count == 0);
    return new StoreMetrics(metrics.instances(), metrics.executions(), metrics.events(), counts);
  }

  private static void readWhileTurnsGoOn(StoreUnderTest store) {
    Handle second = store.second();
    InstanceAdmin admin = store.admin();
    Witnesses.watch(
        TURNS,
        n -> {
          ExecutionStatus status = ExecutionStatus.values()[n % 3];
          born(second, "more-" + n, turn -> turn.event(1).status(status));
        },
        () -> expectSums(admin.metrics()));
  }

  /** Each further instance has one execution and one event; before, there were 4, 6 and 7. */
  private static long expectSums(StoreMetrics metrics) {
    long sum = metrics.instancesByStatus().values().stream().mapToLong(Long::longValue).sum();
    Expect.equal("The statuses do not add up.", metrics.instances(), sum);
    Expect.equal(
        "Instances and executions are of two moments.",
        metrics.instances() + 2,
        metrics.executions());
    Expect.equal(
        "Instances and events are of two moments.", metrics.instances() + 3, metrics.events());
    return metrics.instances();
  }

  /**
   * Every queued row is in one bucket.
   *
   * <p><b>Shape:</b> a row of each kind in either queue, among them a timer of a locked instance,
   * an orphan that is due later, messages beside a start that is due later, and work that an
   * abandon holds back; an enqueue adds one, an ack takes its batch.
   */
  @Rule("ADMIN-20")
  void everyQueuedRowIsInOneBucket(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    Duration later = store.lockFor().multipliedBy(10);
    expect(store, new Buckets(0, 0, 0, 0), new Buckets(0, 0, 0, 0));

    first.create("locked");
    first.poke("locked");
    first.timer("locked", later);
    OrchestrationItem held = first.fetchOne("locked");
    first.poke("locked");
    expect(store, new Buckets(1, 0, 2, 0), new Buckets(0, 0, 0, 0));

    first.poke("orphan");
    first.timer("orphan", later);
    first.poke("early");
    first.enqueue(
        OrchestratorMessage.builder("early", "start", Sample.message("early", "x").body())
            .start(Sample.start("early", Sample.NAME, null).start())
            .due(Due.in(later))
            .build());
    expect(store, new Buckets(3, 2, 2, 0), new Buckets(0, 0, 0, 0));

    first.create("kept");
    first.poke("kept");
    first.poke("kept");
    first.abandon(first.fetchOne("kept"), new AbandonOptions(later, true));
    expect(store, new Buckets(5, 2, 2, 0), new Buckets(0, 0, 0, 0));

    first.create("worked");
    first.schedule("worked", 1, 2, 3);
    first.fetchActivity(1);
    first.abandon(first.fetchActivity(2), new AbandonOptions(later, true));
    expect(store, new Buckets(5, 2, 2, 0), new Buckets(1, 0, 1, 1));

    first.start("ready");
    first.poke("worked");
    expect(store, new Buckets(5, 2, 2, 2), new Buckets(1, 0, 1, 1));
    first.finish(held);
    expect(store, new Buckets(5, 2, 0, 3), new Buckets(1, 0, 1, 1));
  }

  private static void expect(StoreUnderTest store, Buckets messages, Buckets activities) {
    for (InstanceAdmin admin : Admins.both(store)) {
      QueueDepths depths = admin.queueDepths();
      Expect.equal("The depths of the orchestrator queue are wrong.", messages, depths.messages());
      Expect.equal("The depths of the worker queue are wrong.", activities, depths.activities());
    }
  }

  /**
   * A lock that has ended does not count as one, and what is due is not delayed.
   *
   * <p><b>Shape:</b> a locked instance and activity, timers, then time and no fetch; the delays of
   * abandons begin and end.
   */
  @Rule("ADMIN-21")
  void endedLocksAndDueMessagesAreReady(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    BothQueues held = BothQueues.locked(first);
    first.timer("order", store.lockFor());
    expect(store, new Buckets(1, 0, 1, 0), new Buckets(0, 0, 1, 0));
    store.moveTime(store.lockFor());
    expect(store, new Buckets(0, 0, 0, 2), new Buckets(0, 0, 0, 1));
    held.abandon(first, new AbandonOptions(store.lockFor(), true));
    expect(store, new Buckets(2, 0, 0, 0), new Buckets(1, 0, 0, 0));
    store.moveTime(store.lockFor());
    expect(store, new Buckets(0, 0, 0, 2), new Buckets(0, 0, 0, 1));
    BothQueues.fetch(first).abandon(first, AbandonOptions.now());
    expect(store, new Buckets(0, 0, 0, 2), new Buckets(0, 0, 0, 1));
  }

  /**
   * Depths are split by tag.
   *
   * <p><b>Shape:</b> activities of two tags and without one, ready and locked; the parts add up to
   * the whole.
   */
  @Rule("ADMIN-22")
  void depthsAreSplitByTag(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    if (!store.declares(Feature.TAGS)) {
      Expect.equal(
          "There are depths of tags where tags are not declared.",
          Map.of(),
          admin.queueDepths().activitiesByTag());
      throw new NotMeasured(FixturePart.FEATURE, Feature.TAGS.name());
    }
    born(
        first,
        "order",
        turn ->
            turn.activities(1)
                .activity(Tagged.task(2, "a"))
                .activity(Tagged.task(3, "a"))
                .activity(Tagged.task(4, "b")));
    first.fetchActivity(1);
    Tagged.fetch(first, 1, TagFilter.tags("a"));
    QueueDepths depths = admin.queueDepths();
    Expect.equal("The whole is wrong.", new Buckets(0, 0, 2, 2), depths.activities());
    Expect.equal(
        "The depths by tag are wrong.",
        Map.of("a", new Buckets(0, 0, 1, 1), "b", new Buckets(0, 0, 0, 1)),
        depths.activitiesByTag());
  }

  /**
   * Depths tell what waits for the owner of its session.
   *
   * <p><b>Shape:</b> activities of two sessions and without one; an owner takes one of the first
   * session and later loses its lease.
   */
  @Rule("ADMIN-22")
  void depthsTellActivitiesOfSessionsThatAreHeld(StoreUnderTest store) {
    InstanceAdmin admin = store.admin();
    if (!store.declares(Feature.SESSIONS)) {
      expectHeld("Sessions are held where they are not declared.", admin, 0);
    }
    Handle first = Sessioned.order(store, "a", "a", "b", null);
    expectHeld("Sessions are held that nobody has asked for.", admin, 0);
    Sessioned.owner(first, "owner").leasing(store.lockFor()).one("Not the oldest one.", 1);
    expectHeld("The activities of a session with an owner are wrong.", admin, 2);
    store.moveTime(store.lockFor());
    expectHeld("The activities of a session that lost its owner are wrong.", admin, 0);
  }

  private static void expectHeld(String what, InstanceAdmin admin, long expected) {
    Expect.equal(what, expected, admin.queueDepths().activitiesInForeignSessions());
  }
}
