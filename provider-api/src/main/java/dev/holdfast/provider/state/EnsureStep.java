// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * Makes a step, idle, unless it exists; then nothing of it changes (STEP-01, STEP-02). The result
 * is {@link StepWritten}, which says which. An unknown run is {@link ProviderError.NotFound}.
 *
 * @param runId the run
 * @param stepId the step
 */
public record EnsureStep(String runId, String stepId) implements StateChange {

  /**
   * Checks the ids.
   *
   * @throws ProviderError.InvalidRequest when one is no identifier
   */
  public EnsureStep {
    Checks.identifier("EnsureStep", "runId", runId);
    Checks.identifier("EnsureStep", "stepId", stepId);
  }
}
