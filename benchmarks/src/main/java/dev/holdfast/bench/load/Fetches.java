// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.List;

/**
 * The fetches, which both forms have in common. Empty answers are counted apart: they say how long
 * there was nothing to do, not how long a fetch takes. Thread-safe.
 */
final class Fetches {

  private static final Duration LOCK = Duration.ofMinutes(10);

  private final Provider provider;
  private final Latencies latencies;
  private final OrchestrationFetch orchestrations;
  private final ActivityFetch activities;

  Fetches(Provider provider, Latencies latencies, int max) {
    this.provider = provider;
    this.latencies = latencies;
    this.orchestrations = OrchestrationFetch.of(max, LOCK);
    this.activities = ActivityFetch.of(max, LOCK);
  }

  List<OrchestrationItem> orchestrations(Duration waitUpTo) {
    long before = System.nanoTime();
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(orchestrations.withWaitUpTo(waitUpTo));
    record("fetchOrchestration", items, before);
    return items;
  }

  List<ActivityItem> activities(Duration waitUpTo) {
    long before = System.nanoTime();
    List<ActivityItem> items = provider.fetchActivityItems(activities.withWaitUpTo(waitUpTo));
    record("fetchActivity", items, before);
    return items;
  }

  private void record(String name, List<?> items, long before) {
    latencies.record(items.isEmpty() ? name + " (empty)" : name, System.nanoTime() - before);
  }
}
