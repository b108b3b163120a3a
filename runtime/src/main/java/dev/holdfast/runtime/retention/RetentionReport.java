// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went, or what would go.
 *
 * @param heldBy who else is at it, so that nothing was done; null when this was done
 * @param runs runs, with their steps and inboxes
 * @param instances instances, with their trees
 * @param executions former executions of running instances
 * @param inboxMessages consumed messages of inboxes; null in a dry run, since stores do not count
 *     them by time
 * @param auditRecords audit records
 * @param snapshots snapshots of streams
 * @param notes what else is to be known, such as a hold that keeps more than its own
 */
public record RetentionReport(
    @Nullable String heldBy,
    long runs,
    InstanceDeletion.Counts instances,
    ExecutionPruning.Counts executions,
    @Nullable Long inboxMessages,
    long auditRecords,
    long snapshots,
    List<String> notes) {

  /** Copies the notes. */
  public RetentionReport {
    notes = List.copyOf(notes);
  }

  /** {@return whether nothing went, or would go, as far as it was counted} */
  public boolean isNothing() {
    return runs == 0
        && instances.instances() == 0
        && executions.executions() == 0
        && (inboxMessages == null || inboxMessages == 0)
        && auditRecords == 0
        && snapshots == 0;
  }
}
