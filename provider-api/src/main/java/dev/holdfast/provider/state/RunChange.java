// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Changes the row of a run: what is absent stays as it is, what is given replaces what was there
 * (RUN-16). The result is {@link RunWritten}, with a version one greater (RUN-09).
 *
 * <p>In this order: an unknown run is {@link ProviderError.NotFound} (RUN-03), another version than
 * the seen one {@link ProviderError.VersionConflict} (RUN-08), a status that may not follow, also
 * the present one, {@link ProviderError.IllegalTransition} (RUN-05). A change without a status
 * keeps it, and is taken unless the run is final (RUN-06, RUN-07).
 *
 * @param runId the run
 * @param seenVersion the version that its writer has read, from 1
 * @param status the status that follows, absent to keep it
 * @param data what its engine keeps with it, absent to keep it
 * @param suspension the suspension, absent to keep it; it is replaced whole (RUN-13)
 * @param lastError a text of up to 4,096 UTF-16 units, absent to keep it
 */
public record RunChange(
    String runId,
    long seenVersion,
    @Nullable RunStatus status,
    @Nullable Payload data,
    @Nullable Suspension suspension,
    @Nullable String lastError)
    implements StateChange {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the run is no identifier, the version below 1, or the
   *     error no text
   */
  public RunChange {
    Checks.identifier("RunChange", "runId", runId);
    Checks.atLeastOne("RunChange", "seenVersion", seenVersion);
    Checks.optionalText("RunChange", "lastError", lastError);
  }

  /**
   * Changes the status and nothing else.
   *
   * @param run the run as it was read
   * @param status the status that follows
   * @return the change
   */
  public static RunChange to(RunSummary run, RunStatus status) {
    return of(run).status(status).build();
  }

  /**
   * Creates a builder of a change that keeps everything.
   *
   * @param run the run as it was read
   * @return a new builder
   */
  public static Builder of(RunSummary run) {
    return of(run.runId(), run.version());
  }

  /**
   * Creates a builder of a change that keeps everything.
   *
   * @param runId the run
   * @param seenVersion the version that was read
   * @return a new builder
   */
  public static Builder of(String runId, long seenVersion) {
    return new Builder(runId, seenVersion);
  }

  /** Collects the optional parts. Not thread-safe. */
  public static final class Builder {
    private final String runId;
    private final long seenVersion;
    private @Nullable RunStatus status;
    private @Nullable Payload data;
    private @Nullable Suspension suspension;
    private @Nullable String lastError;

    private Builder(String runId, long seenVersion) {
      this.runId = runId;
      this.seenVersion = seenVersion;
    }

    /**
     * Sets the status that follows.
     *
     * @param status the status, null to keep it
     * @return this
     */
    public Builder status(@Nullable RunStatus status) {
      this.status = status;
      return this;
    }

    /**
     * Sets the data.
     *
     * @param data the data, null to keep it
     * @return this
     */
    public Builder data(@Nullable Payload data) {
      this.data = data;
      return this;
    }

    /**
     * Sets the suspension.
     *
     * @param suspension the suspension, null to keep it
     * @return this
     */
    public Builder suspension(@Nullable Suspension suspension) {
      this.suspension = suspension;
      return this;
    }

    /**
     * Sets the last error.
     *
     * @param lastError the text, null to keep it
     * @return this
     */
    public Builder lastError(@Nullable String lastError) {
      this.lastError = lastError;
      return this;
    }

    /**
     * Builds the change.
     *
     * @return the change
     * @throws ProviderError.InvalidRequest when the run is no identifier, the version below 1, or
     *     the error no text
     */
    public RunChange build() {
      return new RunChange(runId, seenVersion, status, data, suspension, lastError);
    }
  }
}
