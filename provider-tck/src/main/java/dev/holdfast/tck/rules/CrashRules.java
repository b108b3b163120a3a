// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.CrashAudit;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills, cuts and unknown outcomes: acknowledged means there; unacknowledged means all or nothing.
 */
@RuleFamily("CRASH")
final class CrashRules {

  private static final int KILLS = 3;
  private static final int FEWEST_LINES = 40;
  private static final int MORE_LINES = 160;
  private static final int ANNOUNCED = 25;
  private static final int REPEATS = 4;

  /**
   * What was acknowledged before a SIGKILL is there after it.
   *
   * <p><b>Shape:</b> several children work on several threads, with single and list forms, and say
   * what was acknowledged; each is killed after a random number of such lines; every effect is
   * looked for.
   */
  @Rule("CRASH-01")
  void whatWasAcknowledgedSurvivesAKill(StoreUnderTest store) {
    CrashAudit audit = killSome(store, "a");
    audit.read();
    audit.expectAcknowledgedIsThere();
    Expect.enough("acknowledged effects", FEWEST_LINES, audit.acknowledged(), audit.refused());
  }

  /**
   * What was not acknowledged is there completely or not at all.
   *
   * <p><b>Shape:</b> as CRASH-01; each turn's events, activities, messages and output agree, and
   * nothing is there twice, whether it was acknowledged or not, in single and in list forms.
   */
  @Rule("CRASH-02")
  void whatWasNotAcknowledgedIsWholeOrAbsent(StoreUnderTest store) {
    CrashAudit audit = killSome(store, "b");
    audit.read();
    audit.expectWholeOrAbsent();
  }

  private static CrashAudit killSome(StoreUnderTest store, String name) {
    CrashAudit audit = new CrashAudit(store);
    for (int kill = 0; kill < KILLS; kill++) {
      audit.killOneAfter(
          name + kill,
          store.random().nextLong(),
          FEWEST_LINES + store.random().nextInt(MORE_LINES));
    }
    return audit;
  }

  /**
   * An ack whose answer was lost with its process can be made again, and the answer is true.
   *
   * <p><b>Shape:</b> a child announces each ack and makes it; it is killed right after such a line;
   * the same token is acked from here: AlreadyApplied when the store has the effects, else Applied;
   * each effect is there once.
   */
  @Rule("CRASH-03")
  void anAckIsRepeatedAfterAKill(StoreUnderTest store) {
    for (int i = 0; i < REPEATS; i++) {
      Announced last = killAtAnnouncement(store, "order" + i, Set.of("ack"));
      LockToken token = new LockToken.OfInstance(last.words()[1], Long.parseLong(last.words()[2]));
      long turn = Long.parseLong(last.words()[3]);
      String id = last.words()[1];
      long from = (turn - 1) * 3 + 1;
      boolean applied = store.first().history(id, 1).size() >= from;

      AckResult again = store.first().turn(token, 1).events(from, from + 2).ack();

      if (applied) {
        Expect.alreadyApplied("An ack that is in the store was not recognised.", again);
      } else if (isLost(again)) {
        // The store has noticed that the holder is dead, and ended its lock.
        Expect.equal(
            "An ack that was refused left something.",
            from - 1,
            (long) store.first().history(id, 1).size());
        continue;
      } else if (!(again instanceof AckResult.AlreadyApplied)) {
        // Applied already is true as well: a statement of the dead may have ended only now.
        Expect.applied("An ack that is not in the store could not be made.", again);
      }
      Expect.equal(
          "The events of the turn are not there once.",
          from + 2,
          (long) store.first().history(id, 1).size());
      Expect.alreadyApplied(
          "A second repeat was not recognised.",
          store.first().turn(token, 1).events(from, from + 2).ack());
    }
  }

  /**
   * An activity ack whose answer was lost with its process can be made again, and the answer is
   * true.
   *
   * <p><b>Shape:</b> a child announces each activity ack and makes it; it is killed right after
   * such a line; the same token is acked from here; the completion is there once.
   */
  @Rule("CRASH-03")
  void anActivityAckIsRepeatedAfterAKill(StoreUnderTest store) {
    Announced last = killAtAnnouncement(store, "order", Set.of("complete"));
    String id = last.words()[1];
    long activityId = Long.parseLong(last.words()[2]);
    LockToken token =
        new LockToken.OfActivity(
            new ActivityIdentity(id, 1, activityId), Long.parseLong(last.words()[3]));
    String completion = "done " + activityId + " of " + id;

    AckResult again =
        store
            .first()
            .provider()
            .ackActivityItem(ActivityAck.of(token, Sample.message(id, completion)));

    if (isLost(again) && consumed(store, id, completion) == 0) {
      // The store has noticed that the holder is dead, and ended its lock: the activity comes
      // again.
      again =
          store.first().fetchActivities(Handle.ALL).stream()
              .filter(item -> item.task().activityId() == activityId)
              .filter(item -> item.task().instanceId().equals(id))
              .findFirst()
              .map(item ->
                  store
                      .first()
                      .provider()
                      .ackActivityItem(
                          ActivityAck.of(item.lockToken(), Sample.message(id, completion))))
              .orElse(again);
    }
    boolean consumed = consumed(store, id, completion) > 0;
    Expect.that(
        "A repeated activity ack was neither applied nor recognised.",
        "Applied or AlreadyApplied, or the completion among what was consumed",
        again,
        again instanceof AckResult.Applied
            || again instanceof AckResult.AlreadyApplied
            || consumed);
    Expect.equal(
        "The completion is not there once.",
        1L,
        consumed(store, id, completion) + queued(store, id, completion));
  }

  private static boolean isLost(AckResult result) {
    return result instanceof AckResult.Rejected(ProviderError.LockLost lost);
  }

  /** How often a message is among those that applied turns list as consumed. */
  private static long consumed(StoreUnderTest store, String id, String body) {
    return store.first().history(id, 1).stream()
        .flatMap(event -> event.data().asUtf8().lines())
        .filter(body::equals)
        .count();
  }

  /** How often a message is delivered once all locks have ended. */
  private static long queued(StoreUnderTest store, String id, String body) {
    store.moveTime(CrashAudit.lockFor(store));
    return queued(store.first().fetch(Handle.ALL), id, body);
  }

  private static long queued(List<OrchestrationItem> items, String id, String body) {
    return items.stream()
        .filter(item -> item.instanceId().equals(id))
        .flatMap(item -> item.messages().stream())
        .filter(message -> message.body().asUtf8().equals(body))
        .count();
  }

  private record Announced(String[] words) {}

  /** Kills a child right after a line that begins with one of the words, a random one of many. */
  private static Announced killAtAnnouncement(
      StoreUnderTest store, String prefix, Set<String> words) {
    int skip = store.random().nextInt(ANNOUNCED) + 1;
    try (ChildJvm child =
        ChildJvm.start(
            store.crashTarget(),
            Task.ANNOUNCE,
            prefix,
            String.valueOf(CrashAudit.lockFor(store).toNanos()),
            String.valueOf(store.random().nextLong()))) {
      String line = "";
      for (int seen = 0; seen < skip; ) {
        line = child.line();
        if (words.contains(line.split(" ", -1)[0])) {
          seen++;
        }
      }
      // What it announced between that line and its death is the call that was under way.
      for (String more : child.kill()) {
        if (words.contains(more.split(" ", -1)[0])) {
          line = more;
        }
      }
      store.catchUpWithOtherJvms();
      return new Announced(line.split(" ", -1));
    }
  }

  /**
   * A dead holder's work returns at its lock end at the latest, without any clean-up call.
   *
   * <p><b>Shape:</b> a child locks an instance and an activity and is killed; what is delivered
   * before the lock end is what it held, counted; at the lock end both have been delivered, with
   * delivery count 2.
   */
  @Rule("CRASH-04")
  void aDeadHoldersWorkReturnsAtItsLockEndAtTheLatest(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    OrchestratorMessage poke = first.poke("order");
    Duration lock = CrashAudit.lockFor(store);
    Instant heldSince;
    try (ChildJvm child =
        ChildJvm.start(store.crashTarget(), Task.HOLD, String.valueOf(lock.toNanos()))) {
      String[] held = child.line("instance").split(" ", -1);
      heldSince = Instant.parse(held[1]);
      child.line("activity");
      child.line("held");
      child.kill();
    }
    List<OrchestrationItem> items = new ArrayList<>(store.first().fetch(Handle.ALL));
    List<ActivityItem> activities = new ArrayList<>(store.first().fetchActivities(Handle.ALL));
    // What came before must not come again by its own lock end.
    items.forEach(store.first()::finish);
    activities.forEach(item ->
        Expect.applied(
            store.first().provider().ackActivityItem(ActivityAck.of(item.lockToken(), null))));

    moveTo(store, heldSince.plus(lock), lock);
    items.addAll(store.second().fetch(Handle.ALL));
    // The child fetched the activity a moment after the instance.
    store.moveTime(store.lockFor());
    activities.addAll(store.second().fetchActivities(Handle.ALL));
    Expect.equal("A dead holder's instance did not come once.", 1, items.size());
    Expect.equal("A dead holder's activity did not come once.", 1, activities.size());
    Batch.expect("A dead holder's batch has changed.", items.get(0), poke);
    Expect.equal("The dead holder's delivery was not counted.", 2, items.get(0).deliveryCount());
    Expect.equal(
        "The dead holder's delivery of the activity was not counted.",
        2,
        activities.get(0).deliveryCount());
  }

  private static void moveTo(StoreUnderTest store, Instant moment, Duration atMost) {
    if (store.pace().clock() == Pace.Clock.REAL) {
      store.moveTime(atMost);
      return;
    }
    TimeControl control = store.timeControl();
    Duration left = Duration.between(control.now(), moment);
    if (left.isPositive()) {
      store.moveTime(left);
    }
  }

  private static long times(StoreUnderTest store, String id, List<OrchestrationItem> items) {
    String body = CrashAudit.announcedStart(id).body().asUtf8();
    return consumed(store, id, body) + queued(items, id, body);
  }

  private static void expectOnce(String id, long times) {
    Expect.equal("A repeated message is not there once: " + id + ".", 1L, times);
  }

  /**
   * Enqueue can be repeated with its message id after a kill: the message is there once.
   *
   * <p><b>Shape:</b> a child announces each enqueue and makes it; it is killed right after such a
   * line; the same message is enqueued from here; it is delivered once.
   */
  @Rule("CRASH-07")
  void anEnqueueIsRepeatedAfterAKill(StoreUnderTest store) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < REPEATS; i++) {
      String id = killAtAnnouncement(store, "order" + i, Set.of("enqueue")).words()[1];
      store.first().enqueue(CrashAudit.announcedStart(id));
      store.first().enqueue(CrashAudit.announcedStart(id));
      ids.add(id);
    }
    store.moveTime(CrashAudit.lockFor(store));
    List<OrchestrationItem> items = store.first().fetch(Handle.ALL);
    List<String> missing = ids.stream().filter(id -> times(store, id, items) == 0).toList();
    if (!missing.isEmpty()) {
      // A server may go on with a fetch of a child that is dead; the lock begins then.
      store.moveTime(CrashAudit.lockFor(store));
      List<OrchestrationItem> later = store.first().fetch(Handle.ALL);
      missing.forEach(id -> expectOnce(id, times(store, id, later)));
      ids.removeAll(missing);
    }
    ids.forEach(id -> expectOnce(id, times(store, id, items)));
  }

  /**
   * A kill during a fetch loses no message: at worst the lock runs out by itself.
   *
   * <p><b>Shape:</b> a child that fetches, announces and acks is killed around a fetch; after L
   * every instance with messages is delivered, and every activity.
   */
  @Rule("CRASH-08")
  void aKillDuringAFetchLosesNothing(StoreUnderTest store) {
    store.first().create("order");
    store.first().schedule("order", 1, 2, 3);
    Set<String> pokes = new HashSet<>();
    for (int i = 0; i < REPEATS; i++) {
      pokes.add(store.first().poke("order").body().asUtf8());
      try (ChildJvm child =
          ChildJvm.start(
              store.crashTarget(),
              Task.HOLD,
              String.valueOf(CrashAudit.lockFor(store).toNanos()))) {
        if (i % 2 == 0) {
          child.line();
        } else {
          // Around the moment in which it opens the store and fetches.
          Waiting.realTime(Duration.ofNanos(store.random().nextLong(500_000_000L)));
        }
        child.kill();
      }
      store.catchUpWithOtherJvms();
    }

    store.moveTime(CrashAudit.lockFor(store));
    Handle first = store.first();
    OrchestrationItem item = first.fetchOne("order");
    Set<String> delivered = new HashSet<>();
    item.messages().forEach(message -> delivered.add(message.body().asUtf8()));
    Expect.equal("A kill lost or doubled messages.", pokes.size(), item.messages().size());
    Expect.equal("A kill lost messages.", pokes, delivered);
    Set<Long> activities = new HashSet<>();
    for (ActivityItem activity : first.fetchActivities(Handle.ALL)) {
      activities.add(activity.task().activityId());
    }
    Expect.equal("A kill lost activities.", Set.of(1L, 2L, 3L), activities);
  }

  /**
   * After a kill the store opens without repair and is sound.
   *
   * <p><b>Shape:</b> kill working children; run the store's own integrity check; open a new handle;
   * create, complete an activity, reject a duplicate event.
   */
  @Rule("CRASH-09")
  void aStoreIsSoundAfterAKill(StoreUnderTest store) {
    killSome(store, "c").read();
    store
        .integrityProblems()
        .ifPresent(problems -> Expect.none("The store's integrity check fails.", problems));

    Handle handle = store.newHandle();
    handle.start("after");
    OrchestrationItem item = handle.fetchOne("after");
    handle.turn(item).name(Sample.NAME).events(1, 2).activities(1).apply();
    handle.complete(
        handle.fetchActivities(Handle.ALL).stream()
            .filter(activity -> activity.task().instanceId().equals("after"))
            .findFirst()
            .orElseThrow(() ->
                Expect.violation(
                    "An activity was not delivered after a kill.", "activity 1", "none")));
    OrchestrationItem completed = handle.fetchOne("after");
    handle
        .turn(completed)
        .events(2, 3)
        .reject("A duplicate event was accepted after a kill.", DuplicateEvent.class);
    handle.turn(completed).event(3).apply();
    Expect.equal("The history is wrong.", Sample.events(1, 3), handle.history("after", 1));
  }

  /**
   * A handle survives a restart of its store.
   *
   * <p><b>Shape:</b> enqueue all the while; stop and start the store; meanwhile retryable errors
   * only; afterwards all calls work without reopening, and everything acknowledged is there.
   */
  @Rule("CRASH-10")
  void aHandleSurvivesARestartOfItsStore(StoreUnderTest store) {
    StoreSwitch power = store.storeSwitch();
    Handle first = store.first();
    first.create("order");
    List<String> acknowledged = new ArrayList<>();
    AtomicBoolean goOn = new AtomicBoolean(true);
    AtomicInteger done = new AtomicInteger();
    try (Parked<Boolean> sender =
        Parked.beginning(() -> {
          while (goOn.get()) {
            try {
              acknowledged.add(first.poke("order").body().asUtf8());
              done.incrementAndGet();
            } catch (Retryable outage) {
              Thread.onSpinWait();
            }
          }
          return true;
        })) {
      awaitMore(store, done);
      power.stop();
      power.start();
      awaitMore(store, done);
      goOn.set(false);
      sender.answer();
    }
    List<String> delivered =
        first.fetchOne("order").messages().stream().map(m -> m.body().asUtf8()).toList();
    Optional<String> missing =
        acknowledged.stream().filter(body -> !delivered.contains(body)).findFirst();
    Expect.equal("A message that was acknowledged is missing.", Optional.empty(), missing);
  }

  private static void awaitMore(StoreUnderTest store, AtomicInteger done) {
    int before = done.get();
    boolean more =
        Waiting.until(() -> done.get() > before + REPEATS, store.pace().prompt().multipliedBy(10));
    if (!more) {
      throw Expect.violation(
          "A handle does not work after a restart of its store.", "further messages", "none");
    }
  }
}
