// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Inconclusive;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Locks of holders who live, pause or are dead. */
@RuleFamily("CRASH")
final class CrashLockRules {

  /** A lock whose end no test sees. */
  private static final Duration LOCK = Duration.ofHours(1);

  /** Longer than a store takes by whatever means to think that somebody is gone. */
  private static final Duration PAUSE = Duration.ofSeconds(12);

  /** A part of the lock after which its end is not early any more. */
  private static final Duration EARLY = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final String TAKEN = "Work of a living holder was delivered to somebody else.";

  /**
   * A process that is stopped and goes on keeps its locks.
   *
   * <p><b>Shape:</b> a child locks an instance and an activity for an hour and is stopped by a
   * signal; for some seconds another handle fetches, and another one is opened: nothing; the child
   * goes on, acks both, and both are applied.
   */
  @Rule("CRASH-12")
  void aProcessThatPausesKeepsItsLocks(StoreUnderTest store) {
    store.first().create("order");
    store.first().schedule("order", 1);
    store.first().poke("order");
    try (ChildJvm child =
        ChildJvm.start(
            store.sharedCrashTarget(), Task.HOLD_AND_ACK, String.valueOf(LOCK.toNanos()))) {
      Expect.equal("A child did not get the work.", "1 1", child.line("held"));
      signal(child, "STOP");
      try {
        long end = System.nanoTime() + PAUSE.toNanos();
        while (System.nanoTime() < end) {
          store.catchUpWithOtherJvms();
          store.first().fetchNone(TAKEN);
          store.first().fetchNoActivity(TAKEN);
          Waiting.realTime(LOOK);
        }
        store.newHandle().fetchNone(TAKEN);
      } finally {
        signal(child, "CONT");
      }
      child.tell("ack");
      Expect.equal(
          "The ack of a holder who had paused was not applied.",
          "Applied Applied",
          child.line("acked"));
    }
  }

  private static void signal(ChildJvm child, String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(child.pid())).start();
      if (kill.waitFor() != 0) {
        throw new Inconclusive("a process cannot be sent the signal " + name + " here");
      }
    } catch (IOException e) {
      throw new Inconclusive("a process cannot be sent signals here: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a signal was sent", e);
    }
  }

  /**
   * A holder whose connections are cut, and one whose handle is closed, keep their locks.
   *
   * <p><b>Shape:</b> both queues are held; the connection of the holder is cut in several calls, at
   * the statement and at the commit; another handle of the holder is closed: others get nothing;
   * the holder's acks are applied.
   */
  @Rule("CRASH-12")
  void aHolderWhoseConnectionIsCutKeepsItsLocks(StoreUnderTest store) {
    Handle holder = store.newHandle();
    BothQueues held = BothQueues.locked(holder);
    for (int round = 0; round < 3; round++) {
      for (Fault fault :
          List.of(
              Fault.atStatement(1, Moment.BEFORE, Kind.CONNECTION_LOST),
              Fault.atCommit(1, Moment.BEFORE, Kind.CONNECTION_LOST))) {
        store.faults().during(fault, () -> tried(() -> holder.poke("order")));
        store.faults().during(fault, () -> tried(() -> holder.fetch(1)));
      }
      Handle other = store.newHandle();
      other.fetchNone(TAKEN);
      other.fetchNoActivity(TAKEN);
      other.close();
    }
    store.second().fetchNone(TAKEN);
    store.second().fetchNoActivity(TAKEN);
    held.finish(holder);
  }

  private static boolean tried(Runnable call) {
    try {
      call.run();
      return true;
    } catch (ProviderError cut) {
      return false;
    }
  }

  /**
   * The locks of a dead process end early.
   *
   * <p><b>Shape:</b> a child locks an instance and an activity for an hour and is killed; both are
   * delivered within half a minute, with delivery count 2; the tokens of the dead are LockLost.
   */
  @Rule("CRASH-13")
  void theLocksOfADeadProcessEndEarly(StoreUnderTest store) {
    store.first().create("order");
    store.first().schedule("order", 1);
    store.first().poke("order");
    long epoch;
    long activityEpoch;
    try (ChildJvm child =
        ChildJvm.start(store.crashTarget(), Task.HOLD, String.valueOf(LOCK.toNanos()))) {
      epoch = epoch(child.line("instance"));
      activityEpoch = epoch(child.line("activity"));
      child.line("held");
      child.kill();
    }
    List<OrchestrationItem> items = new ArrayList<>();
    List<ActivityItem> activities = new ArrayList<>();
    long end = System.nanoTime() + EARLY.toNanos();
    while (System.nanoTime() < end && (items.isEmpty() || activities.isEmpty())) {
      store.catchUpWithOtherJvms();
      items.addAll(store.first().fetch(Handle.ALL));
      activities.addAll(store.first().fetchActivities(Handle.ALL));
      Waiting.realTime(LOOK);
    }
    Expect.equal("The lock of a dead process did not end early.", 1, items.size());
    Expect.equal(
        "The lock of a dead process on an activity did not end early.", 1, activities.size());
    Expect.equal("A dead holder's delivery was not counted.", 2, items.get(0).deliveryCount());
    Expect.equal("A dead holder's delivery was not counted.", 2, activities.get(0).deliveryCount());
    LockToken stale = new LockToken.OfInstance("order", epoch);
    store.first().renewLost("The token of a dead holder was renewed.", stale);
    store
        .first()
        .turn(stale, 1)
        .event(1)
        .reject("The ack of a dead holder was applied.", LockLost.class);
    LockToken staleActivity =
        new LockToken.OfActivity(activities.get(0).task().identity(), activityEpoch);
    store.first().renewLost("The token of a dead holder was renewed.", staleActivity);
    store.first().finish(items.get(0));
    store.first().complete(activities.get(0));
  }

  private static long epoch(String said) {
    String token = said.split(" ", -1)[0];
    return Long.parseLong(token.substring(token.lastIndexOf('#') + 1));
  }
}
