// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a store stands. What it does not declare, or what could not be read, is absent.
 *
 * @param error what the store said instead of an answer, absent when it answered all
 * @param depths how full the queues are
 * @param ready since when the oldest work is ready
 * @param counts counts of instances; read more seldom than the rest
 * @param redelivered instances that were delivered often without a result, those of one page
 * @param runs runs by status; read as seldom as the counts
 * @param stuckRuns runs that nothing will move, those of one page
 * @param projections how far projections are
 * @param auditDropped how many audit entries this process gave up
 * @param clockDifference how far the clock of this machine is before that of the store, beyond what
 *     the question took; negative when it is behind
 * @param commits how many calls the commits of this process have carried, by kinds of calls; empty
 *     where the provider does not count
 */
public record StoreReading(
    @Nullable String error,
    @Nullable QueueDepths depths,
    @Nullable ReadyWork ready,
    @Nullable StoreMetrics counts,
    @Nullable List<String> redelivered,
    @Nullable Map<RunStatus, Long> runs,
    @Nullable List<String> stuckRuns,
    List<OfProjection> projections,
    @Nullable Long auditDropped,
    @Nullable Duration clockDifference,
    List<CommitCounts.OfCalls> commits) {

  /** Copies the lists. */
  public StoreReading {
    redelivered = redelivered == null ? null : List.copyOf(redelivered);
    runs = runs == null ? null : Map.copyOf(runs);
    stuckRuns = stuckRuns == null ? null : List.copyOf(stuckRuns);
    projections = List.copyOf(projections);
    commits = List.copyOf(commits);
  }

  /**
   * How far the live generation of a projection is.
   *
   * @param name the projection
   * @param lag how old the oldest event is that is not folded in, by the store's clock
   * @param parked how many events are set aside
   */
  public record OfProjection(String name, Duration lag, long parked) {}
}
