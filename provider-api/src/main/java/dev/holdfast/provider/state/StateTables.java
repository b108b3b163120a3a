// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads runs and their steps: rows of explicit state, for engines that keep what they know instead
 * of replaying it. They are written by changes: {@link CreateRun}, {@link RunChange}, {@link
 * RestartRun}, {@link DeleteRun}, {@link EnsureStep} and {@link StepChange}, in acks and by {@link
 * dev.holdfast.provider.Changes#apply}.
 *
 * <p>A run and the instance of the same id are tied by the id alone: neither moves or hinders the
 * other (RUN-18), and deleting the instance deletes the run (RUN-27). Reads take no lock, change
 * nothing, wait for no other call, and each result shows one committed state (CHANGE-22). A row
 * that cannot be read is {@link ProviderError.CorruptData} and stops no other. Thread-safe; fails
 * like {@link dev.holdfast.provider.Provider}.
 */
public interface StateTables extends Capability {

  /**
   * Reads a run (RUN-01).
   *
   * @param runId the run
   * @return the run; empty when it is unknown
   * @throws ProviderError.InvalidRequest when the id is no identifier
   */
  Optional<Run> run(String runId);

  /**
   * Lists runs, page by page (RUN-19).
   *
   * @param query filter, order, page size and page token
   * @return one page
   * @throws ProviderError.InvalidRequest when the page size is out of range, or the token is
   *     damaged or belongs to another filter or order
   */
  RunPage runs(RunQuery query);

  /**
   * Counts runs by status (RUN-20).
   *
   * @param kind the kind, null for all runs
   * @return the number for every status, zeros included
   * @throws ProviderError.InvalidRequest when the kind is no identifier
   */
  Map<RunStatus, Long> runCounts(@Nullable String kind);

  /**
   * Lists steps of some runs, with the rows of those runs, page by page (STEP-12).
   *
   * @param query runs, statuses, page size and page token
   * @return one page
   * @throws ProviderError.InvalidRequest when there are more runs or rows than {@code
   *     limits().maxPageSize()}, or the token is damaged or belongs to another query
   */
  StepPage steps(StepQuery query);

  /**
   * Reads steps as whole rows of one committed state (STEP-13).
   *
   * @param runId the run
   * @param stepIds the steps, up to {@code limits().maxPageSize()}
   * @return those that exist, by id in code points
   * @throws ProviderError.InvalidRequest when an id is no identifier or there are too many
   */
  List<Step> steps(String runId, Set<String> stepIds);

  /**
   * Counts the steps of a run by status (RUN-20).
   *
   * @param runId the run
   * @return the number for every status, zeros included, also for an unknown run
   * @throws ProviderError.InvalidRequest when the id is no identifier
   */
  Map<StepStatus, Long> stepCounts(String runId);

  /**
   * Lists the runs that are running or recovering, that nothing in the store will move, and whose
   * row and steps were last changed {@code olderThan} ago or longer (RUN-21). Something will move a
   * run while its instance has a message that is deliverable now or later or is in a locked batch,
   * or an activity that is queued, locked or delayed, or while a lease of its id is live; orphans
   * move nothing (RUN-22). The order is updatedAt from old to new, then id by code point (RUN-23).
   *
   * <p>The answer is a finding and no permission: by the time it is acted upon the run may move
   * again. Acting takes the lock of its instance, or its version (RUN-25).
   *
   * @param olderThan for how long nothing has changed; zero or more
   * @param limit the most rows, from 1 to {@code limits().maxPageSize()}
   * @param pageToken the token of the page before, null for the first page
   * @return one page
   * @throws ProviderError.InvalidRequest when the age is negative, the page size out of range, or
   *     the token damaged or of another list
   */
  RunPage stuckRuns(Duration olderThan, int limit, @Nullable String pageToken);
}
