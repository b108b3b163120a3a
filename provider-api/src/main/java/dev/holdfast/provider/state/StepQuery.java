// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One page of the steps of some runs (STEP-12).
 *
 * @param runIds the runs, up to {@code limits().maxPageSize()}; unknown ones have no steps
 * @param statuses the statuses of the steps, none for any
 * @param limit the most steps of the page, from 1 to {@code limits().maxPageSize()}
 * @param pageToken the token of the page before, absent for the first page
 */
public record StepQuery(
    Set<String> runIds, Set<StepStatus> statuses, int limit, @Nullable String pageToken) {

  /**
   * Checks the parts, and copies the sets.
   *
   * @throws ProviderError.InvalidRequest when the limit is below 1 or a run no identifier
   */
  public StepQuery {
    runIds = Set.copyOf(runIds);
    runIds.forEach(runId -> Checks.identifier("StepQuery", "runId", runId));
    statuses = Set.copyOf(statuses);
    Checks.atLeastOne("StepQuery", "limit", limit);
  }

  /**
   * Asks for the first page of the steps of one run.
   *
   * @param runId the run
   * @param limit the most steps
   * @param statuses the statuses, none for any
   * @return the query
   * @throws ProviderError.InvalidRequest when the limit is below 1 or the run no identifier
   */
  public static StepQuery firstPage(String runId, int limit, StepStatus... statuses) {
    return new StepQuery(Set.of(runId), Set.of(statuses), limit, null);
  }

  /**
   * Returns the same query for another page.
   *
   * @param pageToken the token of the page before
   * @return a new query
   */
  public StepQuery from(String pageToken) {
    return new StepQuery(runIds, statuses, limit, pageToken);
  }
}
