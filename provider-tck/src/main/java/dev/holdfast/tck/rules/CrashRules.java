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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Pace;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Waiting;
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
   *
   * <p><b>If this fails, check:</b> does a call return before its commit? is a group commit
   * acknowledged before it is durable? does the commit reach the file or server, and not only a
   * buffer of the process?
   */
  @Rule("CRASH-01")
  void whatWasAcknowledgedSurvivesAKill(StoreUnderTest s) {
    CrashAudit audit = killSome(s, "a");
    audit.read();
    audit.expectAcknowledgedIsThere();
    Expect.enough("acknowledged effects", FEWEST_LINES, audit.acknowledged(), audit.refused());
  }

  /**
   * What was not acknowledged is there completely or not at all.
   *
   * <p><b>Shape:</b> as CRASH-01; each turn's events, activities, messages and output agree, and
   * nothing is there twice, whether it was acknowledged or not, in single and in list forms.
   *
   * <p><b>If this fails, check:</b> is each ack one transaction? does a list form commit half an
   * element? does a repeat inside the provider write something twice?
   */
  @Rule("CRASH-02")
  void whatWasNotAcknowledgedIsWholeOrAbsent(StoreUnderTest s) {
    CrashAudit audit = killSome(s, "b");
    audit.read();
    audit.expectWholeOrAbsent();
  }

  private static CrashAudit killSome(StoreUnderTest s, String name) {
    CrashAudit audit = new CrashAudit(s);
    for (int kill = 0; kill < KILLS; kill++) {
      audit.killOneAfter(
          name + kill, s.random().nextLong(), FEWEST_LINES + s.random().nextInt(MORE_LINES));
    }
    return audit;
  }

  /**
   * An ack whose answer was lost with its process can be made again, and the answer is true.
   *
   * <p><b>Shape:</b> a child announces each ack and makes it; it is killed right after such a line;
   * the same token is acked from here: AlreadyApplied when the store has the effects, else Applied;
   * each effect is there once.
   *
   * <p><b>If this fails, check:</b> is the token of the last ack stored in the transaction of the
   * ack? is an instance left in a state that only its first holder could clean up?
   */
  @Rule("CRASH-03")
  void anAckIsRepeatedAfterAKill(StoreUnderTest s) {
    for (int i = 0; i < REPEATS; i++) {
      Announced last = killAtAnnouncement(s, "order" + i, Set.of("ack"));
      LockToken token = new LockToken.OfInstance(last.words()[1], Long.parseLong(last.words()[2]));
      long turn = Long.parseLong(last.words()[3]);
      String id = last.words()[1];
      long from = (turn - 1) * 3 + 1;
      boolean applied = s.a().history(id, 1).size() >= from;

      AckResult again = s.a().turn(token, 1).events(from, from + 2).ack();

      if (applied) {
        Expect.alreadyApplied("An ack that is in the store was not recognised.", again);
      } else if (isLost(again)) {
        // The store has noticed that the holder is dead, and ended its lock.
        Expect.equal(
            "An ack that was refused left something.",
            from - 1,
            (long) s.a().history(id, 1).size());
        continue;
      } else {
        Expect.applied("An ack that is not in the store could not be made.", again);
      }
      Expect.equal(
          "The events of the turn are not there once.",
          from + 2,
          (long) s.a().history(id, 1).size());
      Expect.alreadyApplied(
          "A second repeat was not recognised.", s.a().turn(token, 1).events(from, from + 2).ack());
    }
  }

  /**
   * An activity ack whose answer was lost with its process can be made again, and the answer is
   * true.
   *
   * <p><b>Shape:</b> a child announces each activity ack and makes it; it is killed right after
   * such a line; the same token is acked from here; the completion is there once.
   *
   * <p><b>If this fails, check:</b> can the activity be gone without its completion, or the
   * completion be there twice?
   */
  @Rule("CRASH-03")
  void anActivityAckIsRepeatedAfterAKill(StoreUnderTest s) {
    Announced last = killAtAnnouncement(s, "order", Set.of("complete"));
    String id = last.words()[1];
    long activityId = Long.parseLong(last.words()[2]);
    LockToken token =
        new LockToken.OfActivity(
            new ActivityIdentity(id, 1, activityId), Long.parseLong(last.words()[3]));
    String completion = "done " + activityId + " of " + id;

    AckResult again =
        s.a().provider().ackActivityItem(ActivityAck.of(token, Sample.message(id, completion)));

    if (isLost(again) && consumed(s, id, completion) == 0) {
      // The store has noticed that the holder is dead, and ended its lock: the activity comes
      // again.
      again =
          s.a().fetchActivities(Handle.ALL).stream()
              .filter(item -> item.task().activityId() == activityId)
              .filter(item -> item.task().instanceId().equals(id))
              .findFirst()
              .map(item ->
                  s.a()
                      .provider()
                      .ackActivityItem(
                          ActivityAck.of(item.lockToken(), Sample.message(id, completion))))
              .orElse(again);
    }
    boolean consumed = consumed(s, id, completion) > 0;
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
        consumed(s, id, completion) + queued(s, id, completion));
  }

  private static boolean isLost(AckResult result) {
    return result instanceof AckResult.Rejected(ProviderError.LockLost lost);
  }

  /** How often a message is among those that applied turns list as consumed. */
  private static long consumed(StoreUnderTest s, String id, String body) {
    return s.a().history(id, 1).stream()
        .flatMap(event -> event.data().asUtf8().lines())
        .filter(body::equals)
        .count();
  }

  /** How often a message is delivered once all locks have ended. */
  private static long queued(StoreUnderTest s, String id, String body) {
    s.moveTime(CrashAudit.lockFor(s));
    return queued(s.a().fetch(Handle.ALL), id, body);
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
  private static Announced killAtAnnouncement(StoreUnderTest s, String prefix, Set<String> words) {
    int skip = s.random().nextInt(ANNOUNCED) + 1;
    try (ChildJvm child =
        ChildJvm.start(
            s.crashTarget(),
            Task.ANNOUNCE,
            prefix,
            String.valueOf(CrashAudit.lockFor(s).toNanos()),
            String.valueOf(s.random().nextLong()))) {
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
      s.catchUpWithOtherJvms();
      return new Announced(line.split(" ", -1));
    }
  }

  /**
   * A dead holder's work returns at its lock end at the latest, without any clean-up call.
   *
   * <p><b>Shape:</b> a child locks an instance and an activity and is killed; what is delivered
   * before the lock end is what it held, counted; at the lock end both have been delivered, with
   * attempt count 2.
   *
   * <p><b>If this fails, check:</b> does work wait for a call that cleans up? is the attempt
   * counted in the transaction of the fetch?
   */
  @Rule("CRASH-04")
  void aDeadHoldersWorkReturnsAtItsLockEndAtTheLatest(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    OrchestratorMessage poke = a.poke("order");
    Duration lock = CrashAudit.lockFor(s);
    Instant heldSince;
    try (ChildJvm child =
        ChildJvm.start(s.crashTarget(), Task.HOLD, String.valueOf(lock.toNanos()))) {
      String[] held = child.line("instance").split(" ", -1);
      heldSince = Instant.parse(held[1]);
      child.line("activity");
      child.line("held");
      child.kill();
    }
    List<OrchestrationItem> items = new ArrayList<>(s.a().fetch(Handle.ALL));
    List<ActivityItem> activities = new ArrayList<>(s.a().fetchActivities(Handle.ALL));
    // What came before must not come again by its own lock end.
    items.forEach(s.a()::finish);
    activities.forEach(item ->
        Expect.applied(s.a().provider().ackActivityItem(ActivityAck.of(item.lockToken(), null))));

    moveTo(s, heldSince.plus(lock), lock);
    items.addAll(s.b().fetch(Handle.ALL));
    // The child fetched the activity a moment after the instance.
    s.moveTime(s.lockFor());
    activities.addAll(s.b().fetchActivities(Handle.ALL));
    Expect.equal("A dead holder's instance did not come once.", 1, items.size());
    Expect.equal("A dead holder's activity did not come once.", 1, activities.size());
    Batch.expect("A dead holder's batch has changed.", items.get(0), poke);
    Expect.equal("The dead holder's delivery was not counted.", 2, items.get(0).attemptCount());
    Expect.equal(
        "The dead holder's delivery of the activity was not counted.",
        2,
        activities.get(0).attemptCount());
  }

  private static void moveTo(StoreUnderTest s, Instant moment, Duration atMost) {
    if (s.pace().clock() == Pace.Clock.REAL) {
      s.moveTime(atMost);
      return;
    }
    TimeControl control = s.timeControl();
    Duration left = Duration.between(control.now(), moment);
    if (left.isPositive()) {
      s.moveTime(left);
    }
  }

  /**
   * Enqueue can be repeated with its message id after a kill: the message is there once.
   *
   * <p><b>Shape:</b> a child announces each enqueue and makes it; it is killed right after such a
   * line; the same message is enqueued from here; it is delivered once.
   *
   * <p><b>If this fails, check:</b> are message and message id written in one transaction?
   */
  @Rule("CRASH-07")
  void anEnqueueIsRepeatedAfterAKill(StoreUnderTest s) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < REPEATS; i++) {
      String id = killAtAnnouncement(s, "order" + i, Set.of("enqueue")).words()[1];
      s.a().enqueue(CrashAudit.announcedStart(id));
      s.a().enqueue(CrashAudit.announcedStart(id));
      ids.add(id);
    }
    s.moveTime(CrashAudit.lockFor(s));
    List<OrchestrationItem> items = s.a().fetch(Handle.ALL);
    for (String id : ids) {
      String body = CrashAudit.announcedStart(id).body().asUtf8();
      Expect.equal(
          "A repeated message is not there once: " + id + ".",
          1L,
          consumed(s, id, body) + queued(items, id, body));
    }
  }

  /**
   * A kill during a fetch loses no message: at worst the lock runs out by itself.
   *
   * <p><b>Shape:</b> a child that fetches, announces and acks is killed around a fetch; after L
   * every instance with messages is delivered, and every activity.
   *
   * <p><b>If this fails, check:</b> does fetch remove messages from the queue, or move them, before
   * their ack?
   */
  @Rule("CRASH-08")
  void aKillDuringAFetchLosesNothing(StoreUnderTest s) {
    s.a().create("order");
    s.a().schedule("order", 1, 2, 3);
    Set<String> pokes = new HashSet<>();
    for (int i = 0; i < REPEATS; i++) {
      pokes.add(s.a().poke("order").body().asUtf8());
      try (ChildJvm child =
          ChildJvm.start(
              s.crashTarget(), Task.HOLD, String.valueOf(CrashAudit.lockFor(s).toNanos()))) {
        if (i % 2 == 0) {
          child.line();
        } else {
          // Around the moment in which it opens the store and fetches.
          Waiting.realTime(Duration.ofNanos(s.random().nextLong(500_000_000L)));
        }
        child.kill();
      }
      s.catchUpWithOtherJvms();
    }

    s.moveTime(CrashAudit.lockFor(s));
    Handle a = s.a();
    OrchestrationItem item = a.fetchOne("order");
    Set<String> delivered = new HashSet<>();
    item.messages().forEach(message -> delivered.add(message.body().asUtf8()));
    Expect.equal("A kill lost or doubled messages.", pokes.size(), item.messages().size());
    Expect.equal("A kill lost messages.", pokes, delivered);
    Set<Long> activities = new HashSet<>();
    for (ActivityItem activity : a.fetchActivities(Handle.ALL)) {
      activities.add(activity.task().activityId());
    }
    Expect.equal("A kill lost activities.", Set.of(1L, 2L, 3L), activities);
  }

  /**
   * After a kill the store opens without repair and is sound.
   *
   * <p><b>Shape:</b> kill working children; run the store's own integrity check; open a new handle;
   * create, complete an activity, reject a duplicate event.
   *
   * <p><b>If this fails, check:</b> does opening need exclusive access that a dead process still
   * seems to have? is there a lock file?
   */
  @Rule("CRASH-09")
  void aStoreIsSoundAfterAKill(StoreUnderTest s) {
    killSome(s, "c").read();
    s.integrityProblems()
        .ifPresent(problems -> Expect.none("The store's integrity check fails.", problems));

    Handle handle = s.newHandle();
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
   *
   * <p><b>If this fails, check:</b> are dead connections replaced? are the errors of an outage
   * retryable?
   */
  @Rule("CRASH-10")
  void aHandleSurvivesARestartOfItsStore(StoreUnderTest s) {
    StoreSwitch power = s.storeSwitch();
    Handle a = s.a();
    a.create("order");
    List<String> acknowledged = new ArrayList<>();
    AtomicBoolean goOn = new AtomicBoolean(true);
    AtomicInteger done = new AtomicInteger();
    try (Parked<Boolean> sender =
        Parked.beginning(() -> {
          while (goOn.get()) {
            try {
              acknowledged.add(a.poke("order").body().asUtf8());
              done.incrementAndGet();
            } catch (Retryable outage) {
              Thread.onSpinWait();
            }
          }
          return true;
        })) {
      awaitMore(s, done);
      power.stop();
      power.start();
      awaitMore(s, done);
      goOn.set(false);
      sender.answer();
    }
    List<String> delivered =
        a.fetchOne("order").messages().stream().map(m -> m.body().asUtf8()).toList();
    Optional<String> missing =
        acknowledged.stream().filter(body -> !delivered.contains(body)).findFirst();
    Expect.equal("A message that was acknowledged is missing.", Optional.empty(), missing);
  }

  private static void awaitMore(StoreUnderTest s, AtomicInteger done) {
    int before = done.get();
    boolean more =
        Waiting.until(() -> done.get() > before + REPEATS, s.pace().prompt().multipliedBy(10));
    if (!more) {
      throw Expect.violation(
          "A handle does not work after a restart of its store.", "further messages", "none");
    }
  }
}
