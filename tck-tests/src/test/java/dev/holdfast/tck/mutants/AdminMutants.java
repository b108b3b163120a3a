// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.admin.TreeMember;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Wrong answers about one instance and about the whole store. */
final class AdminMutants {

  private AdminMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ADMIN");
    family.handle(
        "questions-are-declared-and-not-found",
        "InstanceAdmin is declared and not found.",
        "ADMIN-01: the lookup does not know it",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return Optional.empty();
              }
            });
    family.handle(
        "deletion-without-questions",
        "Deletion is declared and InstanceAdmin is not.",
        "ADMIN-01: the feature that it needs was forgotten",
        DeletesUnseen::new);
    instances(family);
    store(family);
    List<Mutant> all = new ArrayList<>(family.mutants());
    all.addAll(AdminListMutants.all());
    all.addAll(AdminFactsMutants.all());
    all.addAll(AdminDepthsMutants.all());
    return all;
  }

  private static final class DeletesUnseen extends Forwarding {
    DeletesUnseen(Provider inner) {
      super(inner);
    }

    @Override
    public ProviderInfo info() {
      ProviderInfo info = inner.info();
      return new ProviderInfo(
          info.id(),
          info.version(),
          info.specVersion(),
          Set.of(Feature.INSTANCE_DELETION),
          info.limits(),
          info.wakeUpBound());
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == InstanceAdmin.class ? Optional.empty() : super.capability(type);
    }
  }

  /** A mutant that answers questions wrongly. */
  static void asked(
      Family family, String name, String what, String origin, UnaryOperator<InstanceAdmin> broken) {
    family.handle(name, what, origin, inner -> Asked.of(inner, broken));
  }

  private static InstanceSummary with(
      InstanceSummary row, @Nullable String version, ExecutionStatus status, Instant updatedAt) {
    return new InstanceSummary(
        row.instanceId(),
        row.name(),
        version,
        row.executionId(),
        status,
        row.parentInstanceId(),
        row.createdAt(),
        updatedAt,
        row.completedAt());
  }

  private static void instances(Family family) {
    asked(
        family,
        "versions-are-invented",
        "An absent version is told as unknown.",
        "ADMIN-12: the word for people is stored",
        admin ->
            new Asked(admin) {
              @Override
              public InstanceDetails instance(String instanceId) {
                InstanceDetails details = inner.instance(instanceId);
                InstanceSummary row = details.summary();
                return new InstanceDetails(
                    with(
                        row,
                        Objects.requireNonNullElse(row.version(), "unknown"),
                        row.status(),
                        row.updatedAt()),
                    details.output());
              }
            });
    asked(
        family,
        "the-update-time-stands-still",
        "The update time is that of the creation.",
        "ADMIN-13: set when the row is made",
        admin ->
            new Asked(admin) {
              @Override
              public InstanceDetails instance(String instanceId) {
                InstanceDetails details = inner.instance(instanceId);
                InstanceSummary row = details.summary();
                return new InstanceDetails(
                    with(row, row.version(), row.status(), row.createdAt()), details.output());
              }
            });
    asked(
        family,
        "the-status-of-the-first-execution",
        "The status is that of execution 1.",
        "ADMIN-10: joined without the number of the execution",
        admin ->
            new Asked(admin) {
              @Override
              public InstanceDetails instance(String instanceId) {
                InstanceDetails details = inner.instance(instanceId);
                InstanceSummary row = details.summary();
                return new InstanceDetails(
                    with(
                        row,
                        row.version(),
                        inner.execution(instanceId, 1).status(),
                        row.updatedAt()),
                    details.output());
              }
            });
    asked(
        family,
        "nothing-has-sizes",
        "The sizes of an unknown id are zeros.",
        "ADMIN-14: a sum over no rows",
        admin ->
            new Asked(admin) {
              @Override
              public InstanceStats stats(String instanceId) {
                try {
                  return inner.stats(instanceId);
                } catch (NotFound e) {
                  return new InstanceStats(0, 0, 0, 0, 0, 0, 0, 0);
                }
              }
            });
    asked(
        family,
        "executions-descend",
        "The newest execution comes first.",
        "ADMIN-15: the order of the list of instances",
        admin ->
            new Asked(admin) {
              @Override
              public List<ExecutionDetails> executions(String instanceId) {
                return inner.executions(instanceId).reversed();
              }
            });
    asked(
        family,
        "continuing-is-no-end",
        "Executions that continued as new have no completion time.",
        "ADMIN-16: two statuses were thought of",
        admin ->
            new Asked(admin) {
              @Override
              public List<ExecutionDetails> executions(String instanceId) {
                return inner.executions(instanceId).stream()
                    .map(one ->
                        new ExecutionDetails(
                            one.executionId(),
                            one.status(),
                            one.output(),
                            one.startedAt(),
                            one.status() == ExecutionStatus.CONTINUED_AS_NEW
                                ? null
                                : one.completedAt(),
                            one.pinnedVersion(),
                            one.eventCount()))
                    .toList();
              }
            });
    asked(
        family,
        "children-only",
        "A tree ends with the children.",
        "ADMIN-17: one level was joined",
        admin ->
            new Asked(admin) {
              @Override
              public List<TreeMember> tree(String instanceId) {
                return inner.tree(instanceId).stream()
                    .filter(member ->
                        member.instanceId().equals(instanceId)
                            || instanceId.equals(member.parentInstanceId()))
                    .toList();
              }
            });
    asked(
        family,
        "links-to-nothing-are-dropped",
        "A parent that is not stored is not told.",
        "ADMIN-18: the parent is found by a join",
        admin ->
            new Asked(admin) {
              @Override
              public Optional<String> parent(String instanceId) {
                return inner.parent(instanceId).filter(this::isStored);
              }

              private boolean isStored(String id) {
                try {
                  return inner.instance(id).summary().instanceId().equals(id);
                } catch (NotFound e) {
                  return false;
                }
              }
            });
    asked(
        family,
        "sizes-of-all-executions",
        "The current execution has the size of all.",
        "ADMIN-23: the number of the execution was forgotten",
        admin ->
            new Asked(admin) {
              @Override
              public InstanceStats stats(String instanceId) {
                InstanceStats all = inner.stats(instanceId);
                return new InstanceStats(
                    all.totalEvents(),
                    all.totalEventBytes(),
                    all.totalEvents(),
                    all.totalEventBytes(),
                    all.queuedMessages(),
                    all.pendingActivities(),
                    all.keys(),
                    all.keyBytes());
              }
            });
  }

  private static void store(Family family) {
    asked(
        family,
        "metrics-forget-what-failed",
        "Failed instances are in the total and in no status.",
        "ADMIN-19: a status was added later",
        admin ->
            new Asked(admin) {
              @Override
              public StoreMetrics metrics() {
                StoreMetrics right = inner.metrics();
                Map<ExecutionStatus, Long> counts = new HashMap<>(right.instancesByStatus());
                counts.remove(ExecutionStatus.FAILED);
                return new StoreMetrics(
                    right.instances(), right.executions(), right.events(), counts);
              }
            });
    asked(
        family,
        "timers-are-ready",
        "Messages that are not visible count as ready.",
        "ADMIN-20: the due time is not looked at",
        admin ->
            new Asked(admin) {
              @Override
              public QueueDepths queueDepths() {
                QueueDepths depths = inner.queueDepths();
                Buckets right = depths.messages();
                return new QueueDepths(
                    new Buckets(
                        0, right.unstarted(), right.locked(), right.ready() + right.delayed()),
                    depths.activities(),
                    depths.activitiesByTag(),
                    depths.activitiesInForeignSessions());
              }
            });
    asked(
        family,
        "what-was-locked-stays-locked",
        "Work counts as locked until it is fetched again.",
        "ADMIN-21: a flag in place of the lock end",
        admin ->
            new Asked(admin) {
              private long locked;

              @Override
              public synchronized QueueDepths queueDepths() {
                QueueDepths depths = inner.queueDepths();
                Buckets right = depths.activities();
                locked = Math.min(right.ready() + right.locked(), Math.max(locked, right.locked()));
                return new QueueDepths(
                    depths.messages(),
                    new Buckets(
                        right.delayed(), 0, locked, right.ready() + right.locked() - locked),
                    depths.activitiesByTag(),
                    depths.activitiesInForeignSessions());
              }
            });
    family.store(
        "questions-wait-for-locks",
        "Facts cannot be had while somebody holds the instance.",
        "ADMIN-29: the row is locked for the read",
        store -> {
          Held held = new Held(store);
          return inner -> new WaitsForLocks(inner, held);
        });
    asked(
        family,
        "sizes-of-two-moments",
        "Numbers and sizes of events are read one after the other.",
        "ADMIN-30: two statements",
        admin ->
            new Asked(admin) {
              private final Map<String, InstanceStats> earlier = new ConcurrentHashMap<>();

              @Override
              public InstanceStats stats(String instanceId) {
                InstanceStats now = inner.stats(instanceId);
                InstanceStats before =
                    Objects.requireNonNullElse(earlier.put(instanceId, now), now);
                return new InstanceStats(
                    before.currentEvents(),
                    now.currentEventBytes(),
                    now.totalEvents(),
                    now.totalEventBytes(),
                    now.queuedMessages(),
                    now.pendingActivities(),
                    now.keys(),
                    now.keyBytes());
              }
            });
    family.handle(
        "details-read-the-history",
        "The details read all events.",
        "ADMIN-31: the output is looked for in the last event",
        provider ->
            Asked.of(
                provider,
                admin ->
                    new Asked(admin) {
                      @Override
                      public InstanceDetails instance(String instanceId) {
                        provider.readHistory(instanceId, 1, 0, Integer.MAX_VALUE);
                        return super.instance(instanceId);
                      }
                    }));
  }

  private static final class AsksUnderLock extends Asked {
    private final Held held;

    AsksUnderLock(InstanceAdmin inner, Held held) {
      super(inner);
      this.held = held;
    }

    @Override
    public InstanceFacts facts(String instanceId) {
      if (held.isHeld(instanceId)) {
        throw new StoreContention("facts", "its row is locked", null);
      }
      return super.facts(instanceId);
    }
  }

  private static final class WaitsForLocks extends Tracking {
    private final InstanceAdmin admin;

    WaitsForLocks(Provider inner, Held held) {
      super(inner, held);
      admin = new AsksUnderLock(inner.capability(InstanceAdmin.class).orElseThrow(), held);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == InstanceAdmin.class ? Optional.of(type.cast(admin)) : super.capability(type);
    }
  }
}
