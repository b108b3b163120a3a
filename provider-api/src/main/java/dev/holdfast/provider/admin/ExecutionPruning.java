// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Removing old executions of instances that live on, with their history. The current execution and
 * running ones always stay (PRUNE-03, PRUNE-04). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface ExecutionPruning extends Capability {

  /**
   * Prunes one instance.
   *
   * @param instanceId the instance
   * @param options what to remove
   * @return what was removed
   * @throws ProviderError.NotFound when the id is unknown (PRUNE-09)
   */
  Counts prune(String instanceId, Options options);

  /**
   * Prunes every instance that matches, running ones and children included, each all or nothing
   * (PRUNE-11, PRUNE-12).
   *
   * @param filter which instances; the limit counts those that lose something
   * @param options what to remove
   * @return what was removed
   */
  Counts pruneBulk(BulkFilter filter, Options options);

  /**
   * What to remove: an execution goes only if every given part says so (PRUNE-06).
   *
   * @param keepLast how many of the newest executions stay; 0 and 1 mean the same (PRUNE-02,
   *     PRUNE-03)
   * @param completedBefore only executions that ended before this moment, absent for all (PRUNE-05)
   */
  record Options(int keepLast, @Nullable Instant completedBefore) {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when {@code keepLast} is negative or the moment out of
     *     range
     */
    public Options {
      Checks.notNegative("ExecutionPruning.Options", "keepLast", keepLast);
      completedBefore =
          completedBefore == null
              ? null
              : Checks.instant("ExecutionPruning.Options", "completedBefore", completedBefore);
    }

    /**
     * Keeps the newest executions.
     *
     * @param count how many stay
     * @return the options
     * @throws ProviderError.InvalidRequest when it is negative
     */
    public static Options keepLast(int count) {
      return new Options(count, null);
    }
  }

  /**
   * What was removed.
   *
   * @param instances the number of instances that lost something
   * @param executions the number of executions
   * @param events the number of events
   */
  record Counts(long instances, long executions, long events) {}
}
