// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Set;

/**
 * Takes a failed run to recovering, and makes some of its steps begin again (RUN-12): each named
 * step is idle, its version one greater, its attempt one greater unless it was idle, its outputs
 * and the times of the attempt gone. All other steps stay as they are. The result is {@link
 * RunWritten}.
 *
 * <p>In this order: an unknown run is {@link ProviderError.NotFound}, another version {@link
 * ProviderError.VersionConflict}, a run that is not failed {@link ProviderError.IllegalTransition},
 * an unknown step {@link ProviderError.NotFound}.
 *
 * @param runId the run
 * @param seenVersion the version that its writer has read, from 1
 * @param steps the steps that begin again; may be empty
 */
public record RestartRun(String runId, long seenVersion, Set<String> steps) implements StateChange {

  /**
   * Checks the parts, and copies the steps.
   *
   * @throws ProviderError.InvalidRequest when an id is no identifier or the version below 1
   */
  public RestartRun {
    Checks.identifier("RestartRun", "runId", runId);
    Checks.atLeastOne("RestartRun", "seenVersion", seenVersion);
    steps = Set.copyOf(steps);
    steps.forEach(step -> Checks.identifier("RestartRun", "step", step));
  }
}
