// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.StepQuery;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RequestChecks} that is about reads of runs and steps. Immutable and
 * thread-safe.
 */
public final class StateChecks {

  private final RequestChecks checks;

  /**
   * Creates the checks of one provider.
   *
   * @param checks what is the same in other calls
   */
  public StateChecks(RequestChecks checks) {
    this.checks = checks;
  }

  /**
   * Checks a page of runs.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @throws InvalidRequest when it has more rows than the limits say (RUN-19)
   */
  public void check(String operation, RunQuery query) {
    checks.checkPageSize(operation, query.limit());
  }

  /**
   * Checks a page of the steps of some runs.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @throws InvalidRequest when it has more runs or rows than the limits say (STEP-12)
   */
  public void check(String operation, StepQuery query) {
    checks.checkPageSize(operation, query.limit());
    checkMany(operation, query.runIds());
  }

  /**
   * Checks a read of whole steps.
   *
   * @param operation the SPI call, for the error
   * @param runId the run
   * @param stepIds the steps
   * @throws InvalidRequest when an id is not well formed, or there are more than a page has
   *     (STEP-13)
   */
  public void checkSteps(String operation, String runId, Set<String> stepIds) {
    checkRunId(operation, runId);
    stepIds.forEach(stepId -> Checks.identifier(operation, "stepId", stepId));
    checkMany(operation, stepIds);
  }

  /**
   * Checks the id of a run.
   *
   * @param operation the SPI call, for the error
   * @param runId the id
   * @throws InvalidRequest when it is not well formed (DATA-05)
   */
  public void checkRunId(String operation, String runId) {
    Checks.identifier(operation, "runId", runId);
  }

  /**
   * Checks the kind of runs that are counted.
   *
   * @param operation the SPI call, for the error
   * @param kind the kind, null for all
   * @throws InvalidRequest when it is not well formed (DATA-05)
   */
  public void checkKind(String operation, @Nullable String kind) {
    Checks.optionalIdentifier(operation, "kind", kind);
  }

  /**
   * Checks the arguments of a list of stuck runs.
   *
   * @param operation the SPI call, for the error
   * @param olderThan for how long nothing has changed
   * @param limit the most rows
   * @throws InvalidRequest when the age is negative or the page out of range (RUN-21, RUN-23)
   */
  public void checkStuck(String operation, Duration olderThan, int limit) {
    Checks.notNegative(operation, "olderThan", olderThan);
    checks.checkPageSize(operation, limit);
  }

  /** What is asked for by id is a page of rows at most. */
  private void checkMany(String operation, Set<String> ids) {
    if (!ids.isEmpty()) {
      checks.checkPageSize(operation, ids.size());
    }
  }
}
