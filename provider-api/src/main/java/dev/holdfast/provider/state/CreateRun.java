// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Makes a run (RUN-01). One that exists is {@link ProviderError.VersionConflict} with the found
 * version (RUN-02). The result is {@link RunWritten}.
 *
 * @param runId the id of the run
 * @param kind what it is a run of
 * @param status scheduled or running
 * @param data what its engine keeps with it, absent for none
 */
public record CreateRun(String runId, String kind, RunStatus status, @Nullable Payload data)
    implements StateChange {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when a text is no identifier, or a run cannot begin with
   *     the status
   */
  public CreateRun {
    Checks.identifier("CreateRun", "runId", runId);
    Checks.identifier("CreateRun", "kind", kind);
    if (!status.mayBegin()) {
      throw new ProviderError.InvalidRequest(
          "CreateRun", runId, "a run begins scheduled or running, not " + status.label());
    }
  }

  /**
   * Makes a run that is running, without data.
   *
   * @param runId the id of the run
   * @param kind what it is a run of
   * @return the change
   * @throws ProviderError.InvalidRequest when a text is no identifier
   */
  public static CreateRun running(String runId, String kind) {
    return new CreateRun(runId, kind, RunStatus.RUNNING, null);
  }
}
