// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * Removes a run that has ended, with its steps, its inboxes and its cursors, and nothing else:
 * instance, leases and audit of its id stay (RUN-26). The result is {@link RunDeleted}. No version
 * of it is ever good for a later run of the same id (RUN-28).
 *
 * <p>In this order: an unknown run is {@link ProviderError.NotFound}, another version {@link
 * ProviderError.VersionConflict}, a run that has not ended {@link ProviderError.InstanceBusy}.
 *
 * @param runId the run
 * @param seenVersion the version that its writer has read, from 1
 */
public record DeleteRun(String runId, long seenVersion) implements StateChange {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the run is no identifier or the version below 1
   */
  public DeleteRun {
    Checks.identifier("DeleteRun", "runId", runId);
    Checks.atLeastOne("DeleteRun", "seenVersion", seenVersion);
  }
}
