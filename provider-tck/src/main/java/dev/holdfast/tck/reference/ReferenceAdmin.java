// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.PageToken;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.reference.ExecutionState.StoredEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Answers questions by looking at everything. Thread-safe. */
final class ReferenceAdmin implements InstanceAdmin {

  private static final Comparator<InstanceSummary> NEWEST_FIRST =
      Comparator.comparing(InstanceSummary::createdAt)
          .reversed()
          .thenComparing(InstanceSummary::instanceId, IdOrder.BY_CODE_POINT);

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;

  ReferenceAdmin(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
  }

  @Override
  public InstancePage list(InstanceQuery query) {
    String operation = "list";
    checks.check(operation, query);
    PageToken after = PageToken.of(operation, query);
    return handle.whole(
        operation,
        () -> {
          Comparator<InstanceSummary> order =
              query.oldestFirst() ? NEWEST_FIRST.reversed() : NEWEST_FIRST;
          List<InstanceSummary> rows =
              store.instances.values().stream()
                  .filter(instance -> instance.row != null)
                  .filter(instance -> Filters.matches(store, query.filter(), instance))
                  .map(ReferenceAdmin::summary)
                  .sorted(order)
                  .filter(row -> after == null || isBehind(order, after, row))
                  .toList();
          if (rows.size() <= query.limit()) {
            return new InstancePage(rows, null);
          }
          InstanceSummary last = rows.get(query.limit() - 1);
          return new InstancePage(rows.subList(0, query.limit()), place(last).encode(query));
        });
  }

  private static PageToken place(InstanceSummary row) {
    return new PageToken(StoreTime.toMicros(row.createdAt()), row.instanceId());
  }

  private static boolean isBehind(
      Comparator<InstanceSummary> order, PageToken after, InstanceSummary row) {
    InstanceSummary place =
        new InstanceSummary(
            after.instanceId(),
            row.name(),
            null,
            1,
            row.status(),
            null,
            StoreTime.fromMicros(after.createdAt()),
            row.updatedAt(),
            null);
    return order.compare(row, place) > 0;
  }

  static InstanceSummary summary(InstanceState instance) {
    InstanceRow row = Objects.requireNonNull(instance.row);
    ExecutionState current = Objects.requireNonNull(instance.current());
    return new InstanceSummary(
        instance.id,
        row.name(),
        row.version(),
        instance.currentExecution(),
        current.status(),
        row.parent(),
        row.createdAt(),
        row.updatedAt(),
        current.completedAt());
  }

  @Override
  public InstanceDetails instance(String instanceId) {
    return named(
        "instance",
        instanceId,
        instance ->
            new InstanceDetails(
                summary(instance), Objects.requireNonNull(instance.current()).output()));
  }

  @Override
  public ExecutionDetails execution(String instanceId, long executionId) {
    String operation = "execution";
    checks.checkExecution(operation, instanceId, executionId);
    return handle.whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          ExecutionState execution = instance == null ? null : instance.executions.get(executionId);
          if (execution == null) {
            throw new NotFound(operation, instanceId, "there is no execution " + executionId);
          }
          return details(executionId, execution);
        });
  }

  @Override
  public List<ExecutionDetails> executions(String instanceId) {
    return heardOf(
        "executions",
        instanceId,
        instance -> {
          List<ExecutionDetails> all = new ArrayList<>();
          instance.executions.forEach((id, execution) -> all.add(details(id, execution)));
          return all;
        });
  }

  private static ExecutionDetails details(long id, ExecutionState execution) {
    return new ExecutionDetails(
        id,
        execution.status(),
        execution.output(),
        execution.startedAt(),
        execution.completedAt(),
        execution.pin(),
        execution.events.size());
  }

  @Override
  public List<TreeMember> tree(String instanceId) {
    return named(
        "tree",
        instanceId,
        root -> {
          Map<String, TreeMember> members = new LinkedHashMap<>();
          members.put(root.id, new TreeMember(root.id, parentOf(root).orElse(null)));
          for (List<String> level = List.of(root.id); !level.isEmpty(); ) {
            List<String> next = new ArrayList<>();
            for (String parent : level) {
              for (String child : childrenOf(parent)) {
                if (members.putIfAbsent(child, new TreeMember(child, parent)) == null) {
                  next.add(child);
                }
              }
            }
            next.sort(IdOrder.BY_CODE_POINT);
            level = next;
          }
          return List.copyOf(members.values());
        });
  }

  @Override
  public List<String> children(String instanceId) {
    return named("children", instanceId, instance -> childrenOf(instance.id));
  }

  @Override
  public Optional<String> parent(String instanceId) {
    return named("parent", instanceId, ReferenceAdmin::parentOf);
  }

  private static Optional<String> parentOf(InstanceState instance) {
    return Optional.ofNullable(instance.row).flatMap(row -> Optional.ofNullable(row.parent()));
  }

  private List<String> childrenOf(String parent) {
    return store.instances.values().stream()
        .filter(instance -> parentOf(instance).equals(Optional.of(parent)))
        .map(instance -> instance.id)
        .sorted(IdOrder.BY_CODE_POINT)
        .toList();
  }

  @Override
  public StoreMetrics metrics() {
    return handle.whole(
        "metrics",
        () -> {
          Map<ExecutionStatus, Long> byStatus = new EnumMap<>(ExecutionStatus.class);
          store.instances.values().stream()
              .filter(instance -> instance.row != null)
              .forEach(instance -> byStatus.merge(summary(instance).status(), 1L, Long::sum));
          List<ExecutionState> executions =
              store.instances.values().stream()
                  .flatMap(instance -> instance.executions.values().stream())
                  .toList();
          return new StoreMetrics(
              byStatus.values().stream().mapToLong(Long::longValue).sum(),
              executions.size(),
              executions.stream().mapToLong(execution -> execution.events.size()).sum(),
              byStatus);
        });
  }

  @Override
  public QueueDepths queueDepths() {
    return handle.whole("queueDepths", () -> Depths.of(store));
  }

  @Override
  public InstanceStats stats(String instanceId) {
    return heardOf(
        "stats",
        instanceId,
        instance -> {
          ExecutionState current = instance.current();
          Collection<StoredEvent> now = current == null ? List.of() : current.events.values();
          List<StoredEvent> all =
              instance.executions.values().stream()
                  .flatMap(execution -> execution.events.values().stream())
                  .toList();
          Collection<KeyValue> values = instance.values.seenByClients().values();
          return new InstanceStats(
              now.size(),
              bytes(now.stream()),
              all.size(),
              bytes(all.stream()),
              instance.messages.size(),
              Facts.activities(store, instance).size(),
              values.size(),
              values.stream().mapToLong(one -> one.value().size()).sum());
        });
  }

  private static long bytes(Stream<StoredEvent> events) {
    return events.mapToLong(event -> event.event().data().size()).sum();
  }

  @Override
  public InstanceFacts facts(String instanceId) {
    return heardOf("facts", instanceId, instance -> Facts.of(store, instance));
  }

  /** Asks about an instance that exists. */
  private <T> T named(String operation, String instanceId, Function<InstanceState, T> question) {
    return ask(operation, instanceId, question, instance -> instance.row != null);
  }

  /** Asks about an id of which anything is stored. */
  private <T> T heardOf(String operation, String instanceId, Function<InstanceState, T> question) {
    return ask(operation, instanceId, question, instance -> Facts.isHeardOf(store, instance));
  }

  private <T> T ask(
      String operation,
      String instanceId,
      Function<InstanceState, T> question,
      Function<InstanceState, Boolean> isThere) {
    checks.checkInstanceId(operation, instanceId);
    return handle.whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          if (instance == null || !isThere.apply(instance)) {
            throw new NotFound(operation, instanceId, "the store knows no such instance");
          }
          return question.apply(instance);
        });
  }
}
