// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.StoreContention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Descriptions that are wrong, and problems that come or go at the wrong time. */
final class DescribeMutants {

  private DescribeMutants() {}

  static List<Mutant> all() {
    return new Family("DESCRIBE")
        .handle(
            "everybody-has-a-description",
            "An unknown id has an empty description.",
            "DESCRIBE-01: the row for the id counts",
            inner ->
                new Describing(inner) {
                  @Override
                  public Optional<InstanceDescription> describeInstance(String instanceId) {
                    return Optional.of(
                        super.describeInstance(instanceId)
                            .orElse(new InstanceDescription(instanceId, 0, null, null, List.of())));
                  }
                })
        .handle(
            "who-was-not-acked-is-not-there",
            "An instance has a description from its first ack on.",
            "DESCRIBE-02: queued starts are not looked at",
            inner ->
                new Describing(inner) {
                  @Override
                  public Optional<InstanceDescription> describeInstance(String instanceId) {
                    return super.describeInstance(instanceId)
                        .filter(description -> description.executionId() > 0);
                  }
                })
        .handle(
            "the-first-execution-is-told",
            "The description always has execution 1.",
            "DESCRIBE-03: the execution is that of the start",
            inner ->
                new Describing(inner) {
                  @Override
                  InstanceDescription told(InstanceDescription one) {
                    return new InstanceDescription(
                        one.instanceId(),
                        Math.min(1, one.executionId()),
                        one.name(),
                        one.version(),
                        one.problems());
                  }
                })
        .store(
            "a-description-waits-for-the-lock",
            "A description fails while somebody holds the instance.",
            "DESCRIBE-04: the row is locked for the read",
            store -> {
              Held held = new Held(store);
              return inner -> new WaitsForTheLock(inner, held);
            })
        .handle(
            "a-description-reads-the-history",
            "A description reads the whole history.",
            "DESCRIBE-04: the last event is looked for in all of them",
            inner ->
                new Describing(inner) {
                  @Override
                  InstanceDescription told(InstanceDescription description) {
                    inner.readHistory(
                        description.instanceId(),
                        Math.max(1, description.executionId()),
                        0,
                        Integer.MAX_VALUE);
                    return description;
                  }
                })
        .handle(
            "an-ack-leaves-the-problem",
            "A problem of an instance is never over.",
            "DESCRIBE-05: the ack does not remove it",
            Lasting::new)
        .store(
            "an-abandon-removes-the-problem",
            "A problem is gone when the instance is given back.",
            "DESCRIBE-05: it is kept with the lock",
            store -> {
              Set<String> gone = ConcurrentHashMap.newKeySet();
              return inner -> new Forgetful(inner, gone, true);
            })
        .store(
            "a-delivery-removes-the-problem",
            "A problem is gone when the instance is delivered again.",
            "DESCRIBE-05: it is overwritten by the fetch",
            store -> {
              Set<String> gone = ConcurrentHashMap.newKeySet();
              return inner -> new Forgetful(inner, gone, false);
            })
        .handle(
            "problems-of-activities-are-not-told",
            "Only the instance's own problem is told.",
            "DESCRIBE-06: activities are not looked at",
            inner -> new Choosing(inner, false))
        .handle(
            "problems-in-the-order-of-ids",
            "Problems of activities are told in the order of their ids.",
            "DESCRIBE-06: no order by time",
            inner -> new Choosing(inner, true))
        .store(
            "an-ended-lock-may-report",
            "A problem is reported by whoever held the lock last.",
            "DESCRIBE-07: the lock end is not looked at",
            store -> inner -> new ReportsAnyhow(inner))
        .handle(
            "a-long-text-is-cut",
            "A text that is too long is cut.",
            "DESCRIBE-07: a column that cuts",
            inner ->
                new Describing(inner) {
                  @Override
                  public void reportProblem(LockToken token, String problem) {
                    super.reportProblem(
                        token,
                        problem.substring(
                            0, Math.min(problem.length(), InstanceDescription.MAX_PROBLEM_LENGTH)));
                  }
                })
        .handle(
            "a-report-renews-the-lock",
            "A report prolongs the lock.",
            "DESCRIBE-07: it goes through the code of renewals",
            inner ->
                new Describing(inner) {
                  @Override
                  public void reportProblem(LockToken token, String problem) {
                    super.reportProblem(token, problem);
                    if (token instanceof LockToken.OfInstance) {
                      inner.renew(List.of(token), Duration.ofHours(1));
                    }
                  }
                })
        .mutants();
  }

  /** Changes what is told. */
  private static class Describing extends Forwarding {
    Describing(Provider inner) {
      super(inner);
    }

    InstanceDescription told(InstanceDescription description) {
      return description;
    }

    @Override
    public Optional<InstanceDescription> describeInstance(String instanceId) {
      return super.describeInstance(instanceId).map(this::told);
    }
  }

  private static final class WaitsForTheLock extends Tracking {
    WaitsForTheLock(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public Optional<InstanceDescription> describeInstance(String instanceId) {
      if (held.isHeld(instanceId)) {
        throw new StoreContention("describeInstance", "its row is locked", null);
      }
      return super.describeInstance(instanceId);
    }
  }

  private static InstanceDescription with(InstanceDescription one, List<Problem> problems) {
    return new InstanceDescription(
        one.instanceId(), one.executionId(), one.name(), one.version(), problems);
  }

  private static final class Lasting extends Forwarding {
    private final Map<String, Problem> last = new ConcurrentHashMap<>();

    Lasting(Provider inner) {
      super(inner);
    }

    @Override
    public Optional<InstanceDescription> describeInstance(String instanceId) {
      return super.describeInstance(instanceId)
          .map(one -> {
            one.problems().stream()
                .filter(problem -> problem.activityId() == null)
                .forEach(problem -> last.put(instanceId, problem));
            boolean none = one.problems().stream().noneMatch(p -> p.activityId() == null);
            Problem old = last.get(instanceId);
            if (!none || old == null) {
              return one;
            }
            List<Problem> more = new ArrayList<>(List.of(old));
            more.addAll(one.problems());
            return with(one, more);
          });
    }
  }

  /** The problems of instances that were given back, or delivered again, are not told. */
  private static final class Forgetful extends Forwarding {
    private final Set<String> gone;
    private final boolean atAbandon;

    Forgetful(Provider inner, Set<String> gone, boolean atAbandon) {
      super(inner);
      this.gone = gone;
      this.atAbandon = atAbandon;
    }

    @Override
    public void reportProblem(LockToken token, String problem) {
      super.reportProblem(token, problem);
      gone.remove(token.instanceId());
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, how);
      if (atAbandon) {
        gone.add(token.instanceId());
      }
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      if (!atAbandon) {
        items.forEach(item -> gone.add(item.instanceId()));
      }
      return items;
    }

    @Override
    public Optional<InstanceDescription> describeInstance(String instanceId) {
      return super.describeInstance(instanceId)
          .map(one ->
              gone.contains(instanceId)
                  ? with(
                      one,
                      one.problems().stream()
                          .filter(problem -> problem.activityId() != null)
                          .toList())
                  : one);
    }
  }

  private static final class Choosing extends Describing {
    private final boolean byId;

    Choosing(Provider inner, boolean byId) {
      super(inner);
      this.byId = byId;
    }

    @Override
    InstanceDescription told(InstanceDescription one) {
      List<Problem> own =
          one.problems().stream().filter(problem -> problem.activityId() == null).toList();
      List<Problem> problems = new ArrayList<>(own);
      if (byId) {
        one.problems().stream()
            .filter(problem -> problem.activityId() != null)
            .sorted(Comparator.comparing(problem -> String.valueOf(problem.activityId())))
            .forEach(problems::add);
      }
      return with(one, problems);
    }
  }

  private static final class ReportsAnyhow extends Forwarding {
    ReportsAnyhow(Provider inner) {
      super(inner);
    }

    @Override
    public void reportProblem(LockToken token, String problem) {
      try {
        super.reportProblem(token, problem);
      } catch (LockLost lost) {
        // As if the token had not been compared.
        return;
      }
    }
  }
}
