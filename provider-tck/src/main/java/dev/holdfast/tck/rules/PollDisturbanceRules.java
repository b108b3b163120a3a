// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.List;

/** Waiting through interrupts and outages loses nothing. */
@RuleFamily("POLL")
final class PollDisturbanceRules {

  private static final int INTERRUPTS = 25;

  /**
   * An interrupted waiter returns promptly, empty, with the interrupt flag set.
   *
   * <p><b>Shape:</b> park a fetch on each queue; interrupt; the handle works on.
   */
  @Rule("POLL-09")
  void anInterruptedWaiterReturnsEmpty(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, first);
          Parked<List<ActivityItem>> activities = Waiters.parkActivities(store, first)) {
        items.interrupt();
        activities.interrupt();
        expectInterrupted(store, items);
        expectInterrupted(store, activities);
      }
      first.poke("order");
      first.finish(first.fetchOne("order"));
    }
  }

  private static <T> void expectInterrupted(StoreUnderTest store, Parked<List<T>> parked) {
    Expect.none(
        "An interrupted waiter answered work that is not there.",
        parked.within("An interrupted waiter goes on waiting.", store.pace().prompt()));
    Expect.that("The interrupt flag is not set afterwards.", parked.wasInterruptedAtEnd());
  }

  /**
   * An interrupt just as work arrives loses no item.
   *
   * <p><b>Shape:</b> many rounds: interrupt a waiter and enqueue together; the item is answered, or
   * still deliverable at once with delivery count 1.
   */
  @Rule("POLL-09")
  void anInterruptJustAsWorkArrivesLosesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, first)) {
        Together.all(parked::interrupt, () -> store.second().poke("order"));
        List<OrchestrationItem> items =
            parked.within("An interrupted waiter goes on waiting.", Waiters.bound(store));
        OrchestrationItem item = items.isEmpty() ? first.fetchOne("order") : items.get(0);
        Expect.equal("A delivery was lost to an interrupt.", 1, item.deliveryCount());
        first.finish(item);
      }
    }
  }

  /**
   * A waiter recovers from a store that went away and came back.
   *
   * <p><b>Shape:</b> park a fetch; stop and start the store; enqueue through another handle; the
   * waiter, or the next fetch when it ended with a retryable error, is given the work within the
   * bound.
   */
  @Rule("POLL-10")
  void aWaiterRecoversFromAnOutage(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    try (Parked<Boolean> parked =
        Parked.call(
            store.pace(),
            () -> {
              while (true) {
                try {
                  return !first.fetch(Waiters.waiting(store, Waiters.longWait(store))).isEmpty();
                } catch (Retryable outage) {
                  Thread.onSpinWait();
                }
              }
            })) {
      store.storeSwitch().stop();
      store.storeSwitch().start();
      store.newHandle().poke("order");
      Expect.that(
          "A waiter ended without the work.",
          parked.within(
              "A waiter does not recover from an outage.", Waiters.bound(store).multipliedBy(2)));
    }
  }
}
