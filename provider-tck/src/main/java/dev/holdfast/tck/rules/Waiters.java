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

  static Duration longWait(StoreUnderTest s) {
    return s.pace().prompt().plus(bound(s)).multipliedBy(LONG);
  }

  /** The bound that the provider declares, and room for the call that delivers. */
  static Duration bound(StoreUnderTest s) {
    return s.a().provider().info().wakeUpBound().plus(s.pace().prompt());
  }

  static OrchestrationFetch waiting(StoreUnderTest s, Duration wait) {
    return OrchestrationFetch.of(1, s.lockFor()).withWaitUpTo(wait);
  }

  static List<ActivityItem> fetchActivities(Handle handle, StoreUnderTest s, Duration wait) {
    return handle
        .provider()
        .fetchActivityItems(ActivityFetch.of(1, s.lockFor()).withWaitUpTo(wait));
  }

  static Parked<List<OrchestrationItem>> parkInstances(StoreUnderTest s, Handle handle) {
    return parkInstances(s, handle, longWait(s));
  }

  static Parked<List<OrchestrationItem>> parkInstances(
      StoreUnderTest s, Handle handle, Duration wait) {
    return Parked.call(s.pace(), () -> handle.fetch(waiting(s, wait)));
  }

  static Parked<List<ActivityItem>> parkActivities(StoreUnderTest s, Handle handle) {
    return parkActivities(s, handle, longWait(s));
  }

  static Parked<List<ActivityItem>> parkActivities(StoreUnderTest s, Handle handle, Duration wait) {
    return Parked.call(s.pace(), () -> fetchActivities(handle, s, wait));
  }
}
