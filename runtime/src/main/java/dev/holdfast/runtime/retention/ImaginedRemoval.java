// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.stream.StreamId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what would be removed, and changes nothing. */
final class ImaginedRemoval implements Removal {

  private final Parts store;
  private final int batch;

  ImaginedRemoval(Provider provider, int batch) {
    this.store = new Parts(provider);
    this.batch = batch;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public boolean mayGoOn() {
    return !Thread.currentThread().isInterrupted();
  }

  @Override
  public InstanceDeletion.Counts instances(List<String> roots, Instant before) {
    InstanceDeletion.Counts all = Sums.NO_INSTANCES;
    for (String root : roots) {
      try {
        all = Sums.of(all, tree(root));
      } catch (ProviderError.NotFound e) {
        continue; // gone meanwhile
      }
    }
    return all;
  }

  /** What a tree counts; nothing when one of it has not finished. */
  private InstanceDeletion.Counts tree(String root) {
    InstanceAdmin admin = store.need(InstanceAdmin.class);
    List<String> members = admin.tree(root).stream().map(TreeMember::instanceId).toList();
    InstanceDeletion.Counts counts = Sums.NO_INSTANCES;
    for (String member : members) {
      if (!InstanceRule.FINISHED.contains(admin.instance(member).summary().status())) {
        return Sums.NO_INSTANCES;
      }
      InstanceStats stats = admin.stats(member);
      counts =
          Sums.of(
              counts,
              new InstanceDeletion.Counts(
                  1,
                  admin.executions(member).size(),
                  stats.totalEvents(),
                  stats.queuedMessages(),
                  stats.pendingActivities()));
    }
    return counts;
  }

  @Override
  public ExecutionPruning.Counts executions(
      List<String> instances, ExecutionPruning.Options options) {
    ExecutionPruning.Counts all = Sums.NO_EXECUTIONS;
    for (String instance : instances) {
      try {
        all = Sums.of(all, former(instance, options));
      } catch (ProviderError.NotFound e) {
        continue; // gone meanwhile
      }
    }
    return all;
  }

  private ExecutionPruning.Counts former(String instance, ExecutionPruning.Options options) {
    List<ExecutionDetails> executions = store.need(InstanceAdmin.class).executions(instance);
    Instant before = options.completedBefore();
    List<ExecutionDetails> going =
        executions
            .subList(0, Math.max(0, executions.size() - Math.max(1, options.keepLast())))
            .stream()
            .filter(one -> goes(one, before))
            .toList();
    return new ExecutionPruning.Counts(
        going.isEmpty() ? 0 : 1,
        going.size(),
        going.stream().mapToLong(ExecutionDetails::eventCount).sum());
  }

  private static boolean goes(ExecutionDetails execution, @Nullable Instant before) {
    Instant ended = execution.completedAt();
    return ended != null && (before == null || ended.isBefore(before));
  }

  @Override
  public long runs(List<RunSummary> runs) {
    return runs.size();
  }

  @Override
  public @Nullable Long inbox(Instant before) {
    return null;
  }

  @Override
  public long audit(Instant before) {
    AuditLog audit = store.need(AuditLog.class);
    AuditFilter filter = AuditFilter.builder().storedAt(new TimeRange(null, before)).build();
    AuditQuery query = AuditQuery.oldest(filter, store.page());
    long all = 0;
    while (mayGoOn()) {
      AuditPage page = audit.query(query);
      all += page.rows().size();
      String next = page.nextPageToken();
      if (next == null) {
        break;
      }
      query = query.from(next);
    }
    return all;
  }

  @Override
  public long snapshots(StreamId stream, String schema, int keep, long seen) {
    return seen;
  }
}
