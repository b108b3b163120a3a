// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
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
import java.util.List;

/** Locks of holders who live or pause. */
@RuleFamily("CRASH")
final class CrashLockRules {

  /** A lock whose end no test sees. */
  private static final Duration LOCK = Duration.ofHours(1);

  /** Longer than a store takes by whatever means to think that somebody is gone. */
  private static final Duration PAUSE = Duration.ofSeconds(12);

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
}
