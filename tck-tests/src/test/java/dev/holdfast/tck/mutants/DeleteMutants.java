// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Deletions that delete too much or too little, and stores that remember what was deleted. */
final class DeleteMutants {

  private DeleteMutants() {}

  static List<Mutant> all() {
    Family family = new Family("DELETE");
    byId(family);
    trees(family);
    bulk(family);
    remembering(family);
    return family.mutants();
  }

  private static void byId(Family family) {
    family.handle(
        "deletion-is-declared-and-not-found",
        "InstanceDeletion is declared and not found.",
        "DELETE-01: the lookup does not know it",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == InstanceDeletion.class ? Optional.empty() : super.capability(type);
              }
            });
    deleting(
        family,
        "what-failed-runs",
        "A failed instance is busy.",
        "DELETE-02: one status is looked for",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                for (String id : ids) {
                  if (!force && status(id).equals(Optional.of(ExecutionStatus.FAILED))) {
                    throw new InstanceBusy("delete", id, "it failed");
                  }
                }
                return super.delete(ids, force);
              }
            });
    deleting(
        family,
        "one-execution-too-many",
        "The counts tell one execution more.",
        "DELETE-04: those that are looked at are counted",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                Counts right = super.delete(ids, force);
                return new Counts(
                    right.instances(),
                    right.executions() + 1,
                    right.events(),
                    right.messages(),
                    right.activities());
              }
            });
    deleting(
        family,
        "always-with-force",
        "What runs is deleted without force.",
        "DELETE-05: the parameter is not passed on",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                return super.delete(ids, true);
              }
            });
    deleting(
        family,
        "continued-as-new-has-ended",
        "An instance that has continued as new is deleted without force.",
        "DELETE-06: everything but running has ended",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                return super.delete(
                    ids,
                    force
                        || ids.stream()
                            .allMatch(id ->
                                status(id).equals(Optional.of(ExecutionStatus.CONTINUED_AS_NEW))));
              }
            });
    deleting(
        family,
        "a-lock-stands-in-the-way",
        "A locked instance is busy, with force too.",
        "DELETE-07: the deletion takes the lock as a worker does",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                for (String id : ids) {
                  if (status(id).isPresent() && admin().facts(id).lock() != null) {
                    throw new InstanceBusy("delete", id, "it is locked");
                  }
                }
                return super.delete(ids, force);
              }
            });
    deleting(
        family,
        "unknown-ids-are-ignored",
        "Unknown ids are ignored.",
        "DELETE-13: a deletion of no rows",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                try {
                  return super.delete(ids, force);
                } catch (NotFound unknown) {
                  List<String> others = new ArrayList<>(ids);
                  others.removeIf(id -> id.equals(unknown.instanceId()));
                  return delete(others, force);
                }
              }
            });
    deleting(
        family,
        "only-instances-are-deleted",
        "An id without an instance is not found.",
        "DELETE-14: the deletion begins at the instances",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                ids.forEach(id -> admin().instance(id));
                return super.delete(ids, force);
              }
            });
    deleting(
        family,
        "a-list-one-by-one",
        "A list is deleted one by one.",
        "DELETE-18: a transaction each",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                Counts sum = new Counts(0, 0, 0, 0, 0);
                for (String id : ids) {
                  sum = add(sum, super.delete(List.of(id), force));
                }
                return sum;
              }
            });
  }

  private static void trees(Family family) {
    deleting(
        family,
        "a-child-deletes-its-root",
        "The deletion of a child deletes its whole tree.",
        "DELETE-15: the root is looked for instead of asked for",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                try {
                  return super.delete(ids, force);
                } catch (InvalidRequest child) {
                  String root = child.instanceId();
                  if (root == null) {
                    throw child;
                  }
                  return super.delete(List.of(root), force);
                }
              }
            });
    deleting(
        family,
        "children-are-known-by-their-ids",
        "Instances whose ids begin alike are deleted too.",
        "DELETE-16: LIKE 'id%'",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                Counts sum = super.delete(ids, force);
                for (InstanceSummary row : rows()) {
                  if (ids.stream().anyMatch(row.instanceId()::startsWith)) {
                    sum = add(sum, super.delete(List.of(row.instanceId()), true));
                  }
                }
                return sum;
              }
            });
    deleting(
        family,
        "only-the-root-is-looked-at",
        "A tree with a running member is deleted without force.",
        "DELETE-17: the status of the root decides",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                try {
                  return super.delete(ids, force);
                } catch (InstanceBusy member) {
                  if (ids.contains(member.instanceId())) {
                    throw member;
                  }
                  return super.delete(ids, true);
                }
              }
            });
    deleting(
        family,
        "a-lost-parent-is-a-parent",
        "An instance with a parent that is gone is no root.",
        "DELETE-20: the column is looked at, and not the row it names",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts delete(List<String> ids, boolean force) {
                for (String id : ids) {
                  String parent = status(id).isPresent() ? admin().parent(id).orElse(null) : null;
                  if (parent != null && !ids.contains(parent)) {
                    throw new InvalidRequest("delete", parent, "it is a child");
                  }
                }
                return super.delete(ids, force);
              }
            });
    deleting(
        family,
        "born-beside-a-deletion-stays",
        "What is born below an instance while it is deleted stays.",
        "DELETE-19: the tree is read before its members are locked",
        SparesTheNewborn::new);
  }

  private static void bulk(Family family) {
    deleting(
        family,
        "deleting-bulk-forgets-the-name",
        "Bulk deletes instances of every name.",
        "DELETE-21: a part of the filter was forgotten",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts deleteBulk(BulkFilter filter) {
                return super.deleteBulk(
                    new BulkFilter(
                        filter.instanceIds(),
                        filter.statuses(),
                        null,
                        filter.completedBefore(),
                        filter.limit()));
              }
            });
    deleting(
        family,
        "bulk-looks-at-the-root-only",
        "Bulk deletes completed roots whatever runs below them.",
        "DELETE-22: the tree is not looked at",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts deleteBulk(BulkFilter filter) {
                Counts sum = super.deleteBulk(filter);
                for (InstanceSummary row : rows()) {
                  if (row.status() == ExecutionStatus.COMPLETED
                      && row.parentInstanceId() == null
                      && (filter.instanceIds().isEmpty()
                          || filter.instanceIds().contains(row.instanceId()))) {
                    sum = add(sum, super.delete(List.of(row.instanceId()), true));
                  }
                }
                return sum;
              }
            });
    deleting(
        family,
        "deleting-the-bound-goes-too",
        "A root that ended at the bound is deleted.",
        "DELETE-23: <= in place of <",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts deleteBulk(BulkFilter filter) {
                return super.deleteBulk(
                    filter.completedBefore() == null
                        ? filter
                        : filter.withCompletedBefore(
                            filter.completedBefore().plus(1, ChronoUnit.MICROS)));
              }
            });
    deleting(
        family,
        "deleting-the-limit-is-no-limit",
        "Bulk deletes everything, whatever the limit.",
        "DELETE-24: the limit is not passed on",
        (inner, provider) ->
            new Deleting(inner, provider) {
              @Override
              public Counts deleteBulk(BulkFilter filter) {
                return super.deleteBulk(filter.withLimit(1_000));
              }
            });
  }

  private static void remembering(Family family) {
    family.handle(
        "what-was-deleted-is-described",
        "A deleted instance is still described.",
        "DELETE-03: descriptions are cached by id",
        inner -> {
          Map<String, InstanceDescription> cache = new ConcurrentHashMap<>();
          InstanceDeletion deletion = inner.capability(InstanceDeletion.class).orElseThrow();
          return with(
              new Deleting(deletion, inner) {
                @Override
                public Counts delete(List<String> ids, boolean force) {
                  ids.forEach(
                      id -> inner.describeInstance(id).ifPresent(found -> cache.put(id, found)));
                  return super.delete(ids, force);
                }
              },
              new Forwarding(inner) {
                @Override
                public Optional<InstanceDescription> describeInstance(String instanceId) {
                  Optional<InstanceDescription> found = super.describeInstance(instanceId);
                  return found.isPresent() ? found : Optional.ofNullable(cache.get(instanceId));
                }
              });
        });
    family.handle(
        "the-last-ack-is-remembered",
        "The last ack is recognised after its instance was deleted.",
        "DELETE-08: acked tokens are kept in memory",
        inner -> {
          Set<LockToken> acked = ConcurrentHashMap.newKeySet();
          return new Forwarding(inner) {
            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              AckResult result = super.ackOrchestrationItem(ack);
              if (result instanceof AckResult.Applied) {
                acked.add(ack.lockToken());
              }
              return result instanceof AckResult.Rejected && acked.contains(ack.lockToken())
                  ? AckResult.alreadyApplied()
                  : result;
            }
          };
        });
    family.handle(
        "a-completion-always-arrives",
        "An activity without a lock reports to its instance.",
        "DELETE-09: the message is stored before the lock is looked at",
        inner ->
            new Forwarding(inner) {
              @Override
              public AckResult ackActivityItem(ActivityAck ack) {
                AckResult result = super.ackActivityItem(ack);
                OrchestratorMessage completion = ack.completion();
                if (result instanceof AckResult.Rejected && completion != null) {
                  super.enqueue(completion);
                }
                return result;
              }
            });
    family.handle(
        "timers-are-left",
        "What is not visible yet is left.",
        "DELETE-10: visible messages are deleted",
        inner ->
            with(
                new Deleting(inner.capability(InstanceDeletion.class).orElseThrow(), inner) {
                  @Override
                  public Counts delete(List<String> ids, boolean force) {
                    Counts counts = super.delete(ids, force);
                    ids.forEach(id ->
                        inner.enqueue(
                            OrchestratorMessage.builder(id, "timer", Payload.utf8("late"))
                                .due(Due.in(Duration.ofMillis(1)))
                                .build()));
                    return counts;
                  }
                },
                new Forwarding(inner)));
    family.handle(
        "message-ids-are-kept",
        "A message id counts for ever.",
        "DELETE-11: a table was forgotten",
        inner -> {
          Map<List<String>, Payload> used = new ConcurrentHashMap<>();
          return new Forwarding(inner) {
            @Override
            public EnqueueResult enqueue(OrchestratorMessage message) {
              String messageId = message.messageId();
              if (messageId != null) {
                Payload body =
                    used.putIfAbsent(List.of(message.instanceId(), messageId), message.body());
                if (body != null && !body.equals(message.body())) {
                  throw new IdempotencyMismatch("enqueue", message.instanceId(), messageId);
                }
              }
              return super.enqueue(message);
            }
          };
        });
    family.store(
        "an-identity-is-enough",
        "An activity is completed by whoever names it.",
        "DELETE-12: the token is not compared",
        store -> {
          Map<ActivityIdentity, LockToken> newest = new ConcurrentHashMap<>();
          return inner ->
              new Forwarding(inner) {
                @Override
                public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
                  List<ActivityItem> items = super.fetchActivityItems(request);
                  items.forEach(item -> newest.put(item.task().identity(), item.lockToken()));
                  return items;
                }

                @Override
                public AckResult ackActivityItem(ActivityAck ack) {
                  LockToken token =
                      ack.lockToken() instanceof LockToken.OfActivity old
                          ? newest.getOrDefault(old.activity(), old)
                          : ack.lockToken();
                  return super.ackActivityItem(
                      new ActivityAck(token, ack.completion(), ack.eager()));
                }
              };
        });
  }

  private static void deleting(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<InstanceDeletion, Provider, InstanceDeletion> broken) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            with(
                broken.apply(inner.capability(InstanceDeletion.class).orElseThrow(), inner),
                new Forwarding(inner)));
  }

  /** A provider that has another deletion. */
  private static Provider with(InstanceDeletion deletion, Provider provider) {
    return new Forwarding(provider) {
      @Override
      public <C extends Capability> Optional<C> capability(Class<C> type) {
        return type == InstanceDeletion.class
            ? Optional.of(type.cast(deletion))
            : super.capability(type);
      }
    };
  }

  private static class Deleting implements InstanceDeletion {
    private final InstanceDeletion inner;
    private final Provider provider;

    Deleting(InstanceDeletion inner, Provider provider) {
      this.inner = inner;
      this.provider = provider;
    }

    final InstanceAdmin admin() {
      return provider.capability(InstanceAdmin.class).orElseThrow();
    }

    final List<InstanceSummary> rows() {
      return Objects.requireNonNull(
          admin().list(InstanceQuery.firstPage(InstanceFilter.builder().build(), 100)).rows());
    }

    /** The status of an instance, if there is one. */
    final Optional<ExecutionStatus> status(String id) {
      return rows().stream()
          .filter(row -> row.instanceId().equals(id))
          .map(InstanceSummary::status)
          .findFirst();
    }

    static Counts add(Counts one, Counts other) {
      return new Counts(
          one.instances() + other.instances(),
          one.executions() + other.executions(),
          one.events() + other.events(),
          one.messages() + other.messages(),
          one.activities() + other.activities());
    }

    @Override
    public Counts delete(List<String> instanceIds, boolean force) {
      return inner.delete(instanceIds, force);
    }

    @Override
    public Counts deleteBulk(BulkFilter filter) {
      return inner.deleteBulk(filter);
    }
  }
}
