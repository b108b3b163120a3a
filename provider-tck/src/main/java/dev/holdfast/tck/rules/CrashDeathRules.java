// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.parallel.Isolated;

/** Locks of holders who are dead. */
@RuleFamily("CRASH")
@Isolated("a server that ends sessions of other stores is not sure any more who has died")
final class CrashDeathRules {

  /** A lock whose end no test sees. */
  private static final Duration LOCK = Duration.ofHours(1);

  /** A part of the lock after which its end is not early any more. */
  private static final Duration EARLY = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(200);

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
