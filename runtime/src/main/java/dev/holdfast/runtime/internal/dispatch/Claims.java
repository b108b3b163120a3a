// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.runtime.internal.Registry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which work this worker takes over from its own calls, instead of fetching it: what it can
 * run, and has free slots for. Thread-safe.
 */
final class Claims {

  private final Registry registry;
  private final FetchLoop<OrchestrationItem> instances;
  private final FetchLoop<ActivityItem> activities;

  Claims(
      Registry registry,
      FetchLoop<OrchestrationItem> instances,
      FetchLoop<ActivityItem> activities) {
    this.registry = registry;
    this.instances = instances;
    this.activities = activities;
  }

  /** Slots for the activities that a turn schedules. */
  Reservation<ActivityItem> of(OrchestrationAck turn) {
    List<ActivityTask> tasks = turn.activities();
    // A claim cannot pick: activities that only others can run are left to those.
    boolean known = tasks.stream().allMatch(task -> registry.activity(task.name()) != null);
    long bytes = tasks.stream().mapToLong(task -> task.input().size()).sum();
    return activities.reserve(known ? tasks.size() : 0, bytes);
  }

  /** A slot for the instance that an activity was done for. */
  Reservation<OrchestrationItem> of(ActivityTask task) {
    return ofInstance(task.orchestrationName(), task.orchestrationVersion(), 0);
  }

  /** A slot for an instance that is started. */
  Reservation<OrchestrationItem> of(ExecutionStart start, long bytes) {
    return ofInstance(start.name(), start.version(), bytes);
  }

  private Reservation<OrchestrationItem> ofInstance(
      String name, @Nullable String version, long bytes) {
    return instances.reserve(registry.orchestration(name, version) == null ? 0 : 1, bytes);
  }
}
