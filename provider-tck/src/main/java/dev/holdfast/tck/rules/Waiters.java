// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
import java.util.List;

/** Fetches that wait for work, and how long they may. */
final class Waiters {

  static final Duration FAR = Duration.ofHours(1);
  static final int LONG = 50;

  private Waiters() {}

  static Duration longWait(StoreUnderTest store) {
    return store.pace().prompt().plus(bound(store)).multipliedBy(LONG);
  }

  /** The bound that the provider declares, and room for the call that delivers. */
  static Duration bound(StoreUnderTest store) {
    return store.first().provider().info().wakeUpBound().plus(store.pace().prompt());
  }

  static OrchestrationFetch waiting(StoreUnderTest store, Duration wait) {
    return OrchestrationFetch.of(1, store.lockFor()).withWaitUpTo(wait);
  }

  static List<ActivityItem> fetchActivities(Handle handle, StoreUnderTest store, Duration wait) {
    return handle
        .provider()
        .fetchActivityItems(ActivityFetch.of(1, store.lockFor()).withWaitUpTo(wait));
  }

  static Parked<List<OrchestrationItem>> parkInstances(StoreUnderTest store, Handle handle) {
    return parkInstances(store, handle, longWait(store));
  }

  static Parked<List<OrchestrationItem>> parkInstances(
      StoreUnderTest store, Handle handle, Duration wait) {
    return Parked.call(store.pace(), () -> handle.fetch(waiting(store, wait)));
  }

  static Parked<List<ActivityItem>> parkActivities(StoreUnderTest store, Handle handle) {
    return parkActivities(store, handle, longWait(store));
  }

  static Parked<List<ActivityItem>> parkActivities(
      StoreUnderTest store, Handle handle, Duration wait) {
    return Parked.call(store.pace(), () -> fetchActivities(handle, store, wait));
  }
}
