// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.RequestChecks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Deletes instances with their trees. Thread-safe. */
final class ReferenceDeletion implements InstanceDeletion {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;
  private final int defaultLimit;

  ReferenceDeletion(
      ReferenceStore store, OpenHandle handle, RequestChecks checks, int defaultLimit) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
    this.defaultLimit = defaultLimit;
  }

  @Override
  public Counts delete(List<String> instanceIds, boolean force) {
    String operation = "delete";
    Set<String> asked = new LinkedHashSet<>(instanceIds);
    asked.forEach(id -> checks.checkInstanceId(operation, id));
    return handle.whole(
        operation,
        () -> {
          for (String id : asked) {
            InstanceState instance = store.instances.get(id);
            if (instance == null || !Facts.isHeardOf(store, instance)) {
              throw new NotFound(operation, id, "the store knows no such instance");
            }
          }
          for (String id : asked) {
            String root = rootOf(id);
            if (!asked.contains(root)) {
              throw new InvalidRequest(
                  operation, root, "%s goes with its root only; delete %s".formatted(id, root));
            }
          }
          Set<String> members = new LinkedHashSet<>();
          asked.forEach(id -> members.addAll(treeOf(id)));
          members.stream()
              .filter(id -> !force && !isFinished(id))
              .findFirst()
              .ifPresent(id -> {
                throw new InstanceBusy(operation, id, "it runs; delete it with force");
              });
          return remove(members);
        });
  }

  @Override
  public Counts deleteBulk(BulkFilter filter) {
    return handle.whole(
        "deleteBulk",
        () -> {
          List<String> roots =
              store.instances.values().stream()
                  .filter(instance -> instance.row != null && parentOf(instance.id).isEmpty())
                  .map(ReferenceAdmin::summary)
                  .filter(row -> treeOf(row.instanceId()).stream().allMatch(this::isFinished))
                  .filter(row -> matches(filter, row))
                  .sorted(Comparator.comparing(row -> Objects.requireNonNull(row.completedAt())))
                  .limit(filter.limit() == null ? defaultLimit : filter.limit())
                  .map(InstanceSummary::instanceId)
                  .toList();
          Set<String> members = new LinkedHashSet<>();
          roots.forEach(id -> members.addAll(treeOf(id)));
          return remove(members);
        });
  }

  private static boolean matches(BulkFilter filter, InstanceSummary row) {
    return (filter.instanceIds().isEmpty() || filter.instanceIds().contains(row.instanceId()))
        && (filter.statuses().isEmpty() || filter.statuses().contains(row.status()))
        && (filter.name() == null || filter.name().equals(row.name()))
        && (filter.completedBefore() == null
            || Objects.requireNonNull(row.completedAt()).isBefore(filter.completedBefore()));
  }

  private boolean isFinished(String id) {
    InstanceState instance = Objects.requireNonNull(store.instances.get(id));
    return instance.row != null && EndedInstance.isEnd(ReferenceAdmin.summary(instance).status());
  }

  /** The parent, if that exists. */
  private Optional<String> parentOf(String id) {
    InstanceState instance = store.instances.get(id);
    return Optional.ofNullable(instance)
        .flatMap(state -> Optional.ofNullable(state.row))
        .flatMap(row -> Optional.ofNullable(row.parent()))
        .filter(parent ->
            store.instances.get(parent) instanceof InstanceState state && state.row != null);
  }

  private String rootOf(String id) {
    List<String> way = new ArrayList<>(List.of(id));
    while (true) {
      Optional<String> parent = parentOf(way.getLast());
      if (parent.isEmpty()) {
        return way.getLast();
      }
      int seenAt = way.indexOf(parent.get());
      if (seenAt >= 0) {
        return way.subList(seenAt, way.size()).stream().min(IdOrder.BY_CODE_POINT).orElseThrow();
      }
      way.add(parent.get());
    }
  }

  /** An id and everything below it, each once. */
  private Set<String> treeOf(String id) {
    Set<String> members = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(id));
    while (!next.isEmpty()) {
      String member = next.remove();
      if (members.add(member)) {
        store.instances.keySet().stream()
            .filter(child -> parentOf(child).equals(Optional.of(member)))
            .forEach(next::add);
      }
    }
    return members;
  }

  private Counts remove(Collection<String> ids) {
    Counts counts = new Counts(0, 0, 0, 0, 0);
    for (String id : ids) {
      InstanceState instance = Objects.requireNonNull(store.instances.remove(id));
      store.runs.remove(id);
      store.inboxes.remove(id);
      int activities = Facts.activities(store, instance).size();
      store.activities.keySet().removeIf(activity -> activity.instanceId().equals(id));
      counts =
          new Counts(
              counts.instances() + (instance.row == null ? 0 : 1),
              counts.executions() + instance.executions.size(),
              counts.events()
                  + instance.executions.values().stream()
                      .mapToLong(execution -> execution.events.size())
                      .sum(),
              counts.messages() + instance.messages.size(),
              counts.activities() + activities);
    }
    return counts;
  }
}
