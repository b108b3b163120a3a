// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Removes old executions. Thread-safe. */
final class ReferencePruning implements ExecutionPruning {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;
  private final int defaultLimit;

  ReferencePruning(
      ReferenceStore store, OpenHandle handle, RequestChecks checks, int defaultLimit) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
    this.defaultLimit = defaultLimit;
  }

  @Override
  public Counts prune(String instanceId, Options options) {
    String operation = "prune";
    checks.checkInstanceId(operation, instanceId);
    return handle.whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          if (instance == null || !Facts.isHeardOf(store, instance)) {
            throw new NotFound(operation, instanceId, "the store knows no such instance");
          }
          return prune(instance, options);
        });
  }

  @Override
  public Counts pruneBulk(BulkFilter filter, Options options) {
    return handle.whole(
        "pruneBulk",
        () -> {
          int limit = filter.limit() == null ? defaultLimit : filter.limit();
          Counts sum = new Counts(0, 0, 0);
          for (InstanceState instance : store.instances.values()) {
            if (sum.instances() < limit && instance.row != null && matches(filter, instance)) {
              Counts more = prune(instance, options);
              sum =
                  new Counts(
                      sum.instances() + more.instances(),
                      sum.executions() + more.executions(),
                      sum.events() + more.events());
            }
          }
          return sum;
        });
  }

  private static boolean matches(BulkFilter filter, InstanceState instance) {
    InstanceSummary row = ReferenceAdmin.summary(instance);
    return (filter.instanceIds().isEmpty() || filter.instanceIds().contains(instance.id))
        && (filter.statuses().isEmpty() || filter.statuses().contains(row.status()))
        && (filter.name() == null || filter.name().equals(row.name()))
        && (filter.completedBefore() == null
            || (row.completedAt() != null && row.completedAt().isBefore(filter.completedBefore())));
  }

  private static Counts prune(InstanceState instance, Options options) {
    List<Long> going =
        instance.executions.keySet().stream().filter(id -> goes(instance, id, options)).toList();
    long events =
        going.stream()
            .mapToLong(id -> Objects.requireNonNull(instance.executions.get(id)).events.size())
            .sum();
    instance.executions.keySet().removeAll(going);
    return new Counts(going.isEmpty() ? 0 : 1, going.size(), events);
  }

  private static boolean goes(InstanceState instance, long id, Options options) {
    ExecutionState execution = Objects.requireNonNull(instance.executions.get(id));
    Instant completedAt = execution.completedAt();
    return id < instance.currentExecution()
        && execution.status() != ExecutionStatus.RUNNING
        && instance.executions.tailMap(id, false).size() >= options.keepLast()
        && (options.completedBefore() == null
            || (completedAt != null && completedAt.isBefore(options.completedBefore())));
  }
}
