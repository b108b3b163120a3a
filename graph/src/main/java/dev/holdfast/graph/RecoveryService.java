// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.plan.RecoveryPlan;
import dev.holdfast.provider.state.RunSummary;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings runs back that nothing in the store will move: rows that somebody restored, an engine of
 * another version that left them. A run whose worker died is none of them; it goes on by itself,
 * with the locks of the dead. A completed step is never done again, and a run may be found and
 * recovered by many at once. Thread-safe.
 */
public interface RecoveryService {

  /**
   * Tells whether a run can go on: it has not ended for good, it is not paused, attempts are left,
   * its definition is known here, and no step failed in a way that another attempt does not mend.
   *
   * @param runId the id of the run
   * @return whether {@link #resume} would bring it back
   * @throws RunNotFoundException when it was never started
   */
  boolean canResume(String runId);

  /**
   * Says what recovering a run would do, and does nothing.
   *
   * @param runId the id of the run
   * @return the plan
   * @throws RunNotFoundException when it was never started
   * @throws RunStatusException when its definition is not known here
   */
  RecoveryPlan plan(String runId);

  /**
   * Brings a run back. A failed one begins again at once; any other one is planned again under its
   * lock, by a worker that has its definition, unless it has moved until then.
   *
   * @param runId the id of the run
   * @throws RunStatusException when it cannot go on, with the reason
   * @throws RunNotFoundException when it was never started
   */
  void resume(String runId);

  /**
   * Finds runs that nothing in the store will move, oldest first.
   *
   * @param olderThan how long nothing has happened to them, at least
   * @param limit the most runs, from 1 to the largest page of the store
   * @param pageToken the token of the page before, null for the first page
   * @return one page
   */
  Stuck findStuck(Duration olderThan, int limit, @Nullable String pageToken);

  /**
   * One page of stuck runs.
   *
   * @param runs the runs
   * @param nextPageToken the token of the next page, null for none
   */
  record Stuck(List<RunSummary> runs, @Nullable String nextPageToken) {

    /** Copies the runs. */
    public Stuck {
      runs = List.copyOf(runs);
    }
  }
}
