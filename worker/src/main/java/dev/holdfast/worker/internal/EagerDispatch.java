// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.worker.TurnOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which work this worker takes over from its own calls, instead of fetching it: what its
 * engines have the code of, has no limit, and has free slots for. Thread-safe.
 */
final class EagerDispatch {

  private final Engines engines;
  private final Routes routes;
  private final ActivityGroups groups;
  private final Poller<OrchestrationItem> instances;
  private final Poller<ActivityItem> activities;

  EagerDispatch(
      Engines engines,
      Routes routes,
      ActivityGroups groups,
      Poller<OrchestrationItem> instances,
      Poller<ActivityItem> activities) {
    this.engines = engines;
    this.routes = routes;
    this.groups = groups;
    this.instances = instances;
    this.activities = activities;
  }

  /** Reserves slots for the activities that a turn schedules. */
  SlotReservation<ActivityItem> reserve(TurnOutput turn) {
    // The store leaves out what is routed elsewhere.
    List<ActivityTask> tasks = turn.activities().stream().filter(routes::mayServe).toList();
    // Of these a claim takes all or none: it cannot leave those that only other workers can run, or
    // that have to wait for others of their kind.
    boolean known =
        tasks.stream()
            .allMatch(task -> engines.activity(task.name()) != null && !groups.isLimited(task));
    long bytes = tasks.stream().mapToLong(task -> task.input().size()).sum();
    return activities.reserve(known ? tasks.size() : 0, bytes);
  }

  /** Reserves a slot for the instance that an activity was done for. */
  SlotReservation<OrchestrationItem> reserve(ActivityTask task) {
    return reserveInstance(task.orchestrationName(), task.orchestrationVersion(), 0);
  }

  /** Reserves a slot for an instance that is started. */
  SlotReservation<OrchestrationItem> reserve(ExecutionStart start, long bytes) {
    return reserveInstance(start.name(), start.version(), bytes);
  }

  private SlotReservation<OrchestrationItem> reserveInstance(
      String name, @Nullable String version, long bytes) {
    return instances.reserve(engines.turns(name, version) == null ? 0 : 1, bytes);
  }
}
