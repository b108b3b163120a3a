// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What waits holds no transaction, no lock and no connection. */
@RuleFamily("POLL")
final class PollHoldingRules {

  private static final int CROWD = 64;

  /**
   * Waiting fetches hold no transaction, no lock and no connection.
   *
   * <p><b>Shape:</b> 64 fetches of activities and 64 of instances wait on one handle, one kind
   * after the other; meanwhile calls of that and another handle go through promptly.
   */
  @Rule("POLL-08")
  void waitersHoldNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<Parked<List<ActivityItem>>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(
          Parked.beginning(() -> Waiters.fetchActivities(first, store, Waiters.longWait(store))));
    }
    try {
      for (Handle handle : List.of(first, store.second(), store.newHandle())) {
        promptly(store, () -> handle.poke("order"));
        OrchestrationItem item = promptly(store, () -> handle.fetchOne("order"));
        promptly(store, () -> handle.history("order", 1));
        promptly(store, () -> handle.turn(item).events(next(item), next(item)).ack());
      }
      Expect.that(
          "A waiting fetch of activities has ended without work.",
          crowd.stream().noneMatch(Parked::isDone));
    } finally {
      crowd.forEach(Parked::close);
    }
  }

  /**
   * Waiting fetches of instances hold nothing that workers need.
   *
   * <p><b>Shape:</b> 64 fetches of instances wait; meanwhile activities are fetched, renewed and
   * abandoned promptly.
   */
  @Rule("POLL-08")
  void waitersForInstancesHoldNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    List<Parked<List<OrchestrationItem>>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(
          Parked.beginning(() -> first.fetch(Waiters.waiting(store, Waiters.longWait(store)))));
    }
    try {
      for (Handle handle : List.of(first, store.second(), store.newHandle())) {
        ActivityItem item = promptly(store, () -> handle.fetchActivity(1));
        promptly(store, () -> handle.history("order", 1));
        promptly(
            store,
            () -> {
              handle.renew(item, store.lockFor());
              handle.abandon(item);
              return true;
            });
      }
      Expect.that(
          "A waiting fetch of instances has ended without work.",
          crowd.stream().noneMatch(Parked::isDone));
    } finally {
      crowd.forEach(Parked::close);
    }
  }

  private static long next(OrchestrationItem item) {
    return item.history().lastEventId() + 1;
  }

  private static <T> T promptly(StoreUnderTest store, Supplier<T> call) {
    return Parked.beginning(call)
        .within("A call is held up by waiting fetches.", store.pace().prompt());
  }
}
