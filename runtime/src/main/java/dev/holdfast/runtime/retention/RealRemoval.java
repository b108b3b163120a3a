// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Removes. What has changed since it was found is left alone. */
final class RealRemoval implements Removal {

  private final Parts store;
  private final int batch;
  private final Supplier<Boolean> mayGoOn;

  RealRemoval(Provider provider, int batch, Supplier<Boolean> mayGoOn) {
    this.store = new Parts(provider);
    this.batch = batch;
    this.mayGoOn = mayGoOn;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public boolean mayGoOn() {
    return mayGoOn.get();
  }

  @Override
  public InstanceDeletion.Counts instances(List<String> roots, Instant before) {
    return store
        .need(InstanceDeletion.class)
        .deleteBulk(
            BulkFilter.all()
                .withInstanceIds(Set.copyOf(roots))
                .withStatuses(InstanceRule.FINISHED)
                .withCompletedBefore(before)
                .withLimit(roots.size()));
  }

  @Override
  public ExecutionPruning.Counts executions(
      List<String> instances, ExecutionPruning.Options options) {
    return store
        .need(ExecutionPruning.class)
        .pruneBulk(
            BulkFilter.all()
                .withInstanceIds(Set.copyOf(instances))
                .withStatuses(Set.of(ExecutionStatus.RUNNING))
                .withLimit(instances.size()),
            options);
  }

  @Override
  public long runs(List<RunSummary> runs) {
    Changes changes = store.need(Changes.class);
    try {
      changes.apply(runs.stream().<Change>map(RealRemoval::deletion).toList());
      return runs.size();
    } catch (ProviderError.Permanent e) {
      // One of them is not as it was; it must not keep the others.
      return runs.stream().filter(run -> isRemoved(changes, run)).count();
    }
  }

  private static DeleteRun deletion(RunSummary run) {
    return new DeleteRun(run.runId(), run.version());
  }

  private static boolean isRemoved(Changes changes, RunSummary run) {
    try {
      changes.apply(List.of(deletion(run)));
      return true;
    } catch (ProviderError.NotFound
        | ProviderError.VersionConflict
        | ProviderError.InstanceBusy e) {
      return false;
    }
  }

  @Override
  public @Nullable Long inbox(Instant before) {
    DurableInbox inbox = store.need(DurableInbox.class);
    return all(() -> inbox.cleanUp(before, batch));
  }

  @Override
  public long audit(Instant before) {
    AuditLog audit = store.need(AuditLog.class);
    return all(() -> audit.cleanUp(before, batch));
  }

  private long all(IntSupplier step) {
    long all = 0;
    while (mayGoOn()) {
      int removed = step.getAsInt();
      all += removed;
      if (removed < batch) {
        break;
      }
    }
    return all;
  }

  @Override
  public long snapshots(StreamId stream, String schema, int keep, long seen) {
    return store.need(Snapshots.class).prune(stream, schema, keep);
  }
}
