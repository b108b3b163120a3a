// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Prunes that remove too much or too little. */
final class PruneMutants {

  private PruneMutants() {}

  static List<Mutant> all() {
    Family family = new Family("PRUNE");
    family.handle(
        "pruning-is-declared-and-not-found",
        "ExecutionPruning is declared and not found.",
        "PRUNE-01: the lookup does not know it",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == ExecutionPruning.class ? Optional.empty() : super.capability(type);
              }
            });
    pruned(
        family,
        "one-more-is-kept",
        "The current execution is not counted among those that are kept.",
        "PRUNE-02: counted from the last one that has ended",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              Options options(Options asked) {
                return new Options(asked.keepLast() + 1, asked.completedBefore());
              }
            });
    pruned(
        family,
        "the-bound-goes-too",
        "An execution that ended at the bound goes.",
        "PRUNE-05: <= in place of <",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              Options options(Options asked) {
                return asked.completedBefore() == null
                    ? asked
                    : new Options(
                        asked.keepLast(), asked.completedBefore().plus(1, ChronoUnit.MICROS));
              }
            });
    pruned(
        family,
        "age-alone-decides",
        "With a bound, the number to keep is not looked at.",
        "PRUNE-06: else if",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              Options options(Options asked) {
                return asked.completedBefore() == null
                    ? asked
                    : new Options(0, asked.completedBefore());
              }
            });
    pruned(
        family,
        "nothing-is-pruned-of-nothing",
        "An unknown id counts zeros.",
        "PRUNE-09: a deletion of no rows",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              public Counts prune(String instanceId, Options options) {
                try {
                  return super.prune(instanceId, options);
                } catch (NotFound e) {
                  return new Counts(0, 0, 0);
                }
              }
            });
    pruned(
        family,
        "bulk-forgets-the-name",
        "Bulk prunes instances of every name.",
        "PRUNE-11: a part of the filter was forgotten",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              public Counts pruneBulk(BulkFilter filter, Options options) {
                return super.pruneBulk(
                    new BulkFilter(
                        filter.instanceIds(),
                        filter.statuses(),
                        null,
                        filter.completedBefore(),
                        filter.limit()),
                    options);
              }
            });
    pruned(
        family,
        "the-limit-is-no-limit",
        "Bulk prunes everything, whatever the limit.",
        "PRUNE-12: the limit is not passed on",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              public Counts pruneBulk(BulkFilter filter, Options options) {
                return super.pruneBulk(filter.withLimit(1_000), options);
              }
            });
    pruned(
        family,
        "pruning-reads-what-it-removes",
        "The history of the first execution is read before a prune.",
        "PRUNE-13: events are counted by reading them",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              public Counts prune(String instanceId, Options options) {
                provider.readHistory(
                    instanceId.isEmpty() ? "x" : instanceId, 1, 0, Integer.MAX_VALUE);
                return super.prune(instanceId, options);
              }
            });
    pruned(
        family,
        "kept-ones-are-counted-too",
        "The counts tell one execution more.",
        "PRUNE-07: those that are looked at are counted",
        (inner, provider) ->
            new Pruned(inner) {
              @Override
              public Counts prune(String instanceId, Options options) {
                Counts right = super.prune(instanceId, options);
                return new Counts(right.instances(), right.executions() + 1, right.events());
              }
            });
    return family.mutants();
  }

  private static void pruned(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<ExecutionPruning, Provider, ExecutionPruning> broken) {
    family.handle(
        name,
        what,
        origin,
        inner -> {
          ExecutionPruning pruning =
              broken.apply(inner.capability(ExecutionPruning.class).orElseThrow(), inner);
          return new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return type == ExecutionPruning.class
                  ? Optional.of(type.cast(pruning))
                  : super.capability(type);
            }
          };
        });
  }

  private static class Pruned implements ExecutionPruning {
    private final ExecutionPruning inner;

    Pruned(ExecutionPruning inner) {
      this.inner = inner;
    }

    Options options(Options asked) {
      return asked;
    }

    @Override
    public Counts prune(String instanceId, Options options) {
      return inner.prune(instanceId, options(options));
    }

    @Override
    public Counts pruneBulk(BulkFilter filter, Options options) {
      return inner.pruneBulk(filter, options(options));
    }
  }
}
