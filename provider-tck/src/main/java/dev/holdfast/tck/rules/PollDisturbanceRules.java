// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.util.List;

/** Waiting through interrupts and outages loses nothing. */
@RuleFamily("POLL")
final class PollDisturbanceRules {

  private static final int INTERRUPTS = 25;

  /**
   * An interrupted waiter returns promptly, empty, with the interrupt flag set.
   *
   * <p><b>Shape:</b> park a fetch on each queue; interrupt; the handle works on.
   *
   * <p><b>If this fails, check:</b> is InterruptedException thrown on or swallowed? does an
   * interrupt close a connection or file that others use?
   */
  @Rule("POLL-09")
  void anInterruptedWaiterReturnsEmpty(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(s, a);
          Parked<List<ActivityItem>> activities = Waiters.parkActivities(s, a)) {
        items.interrupt();
        activities.interrupt();
        expectInterrupted(s, items);
        expectInterrupted(s, activities);
      }
      a.poke("order");
      a.finish(a.fetchOne("order"));
    }
  }

  private static <T> void expectInterrupted(StoreUnderTest s, Parked<List<T>> parked) {
    Expect.none(
        "An interrupted waiter answered work that is not there.",
        parked.within("An interrupted waiter goes on waiting.", s.pace().prompt()));
    Expect.that("The interrupt flag is not set afterwards.", parked.wasInterruptedAtEnd());
  }

  /**
   * An interrupt just as work arrives loses no item.
   *
   * <p><b>Shape:</b> many rounds: interrupt a waiter and enqueue together; the item is answered, or
   * still deliverable at once with attempt count 1.
   *
   * <p><b>If this fails, check:</b> can a lock be taken and its answer thrown away because of the
   * interrupt?
   */
  @Rule("POLL-09")
  void anInterruptJustAsWorkArrivesLosesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(s, a)) {
        Together.all(parked::interrupt, () -> s.b().poke("order"));
        List<OrchestrationItem> items =
            parked.within("An interrupted waiter goes on waiting.", Waiters.bound(s));
        OrchestrationItem item = items.isEmpty() ? a.fetchOne("order") : items.get(0);
        Expect.equal("A delivery was lost to an interrupt.", 1, item.attemptCount());
        a.finish(item);
      }
    }
  }

  /**
   * A waiter recovers from a store that went away and came back.
   *
   * <p><b>Shape:</b> park a fetch; stop and start the store; enqueue through another handle; the
   * waiter, or the next fetch when it ended with a retryable error, is given the work within the
   * bound.
   *
   * <p><b>If this fails, check:</b> is the channel for notifications opened again? does the handle
   * go on with a dead connection?
   */
  @Rule("POLL-10")
  void aWaiterRecoversFromAnOutage(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    try (Parked<Boolean> parked =
        Parked.call(
            s.pace(),
            () -> {
              while (true) {
                try {
                  return !a.fetch(Waiters.waiting(s, Waiters.longWait(s))).isEmpty();
                } catch (Retryable outage) {
                  Thread.onSpinWait();
                }
              }
            })) {
      s.storeSwitch().stop();
      s.storeSwitch().start();
      s.newHandle().poke("order");
      Expect.that(
          "A waiter ended without the work.",
          parked.within(
              "A waiter does not recover from an outage.", Waiters.bound(s).multipliedBy(2)));
    }
  }
}
