// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Changes the row of a step, or makes it: what is absent stays as it is, what is given replaces
 * what was there. The result is {@link StepWritten}, with a version one greater (STEP-07).
 *
 * <p>With the seen version 0 the step must not exist, and becomes idle or scheduled: one that
 * exists is {@link ProviderError.VersionConflict}, another status or none {@link
 * ProviderError.IllegalTransition} (STEP-03). Otherwise, in this order: an unknown run or step is
 * {@link ProviderError.NotFound}, another version {@link ProviderError.VersionConflict}, a status
 * that may not follow, and any change of a final step, {@link ProviderError.IllegalTransition}
 * (STEP-06). The run's status decides nothing.
 *
 * @param runId the run
 * @param stepId the step
 * @param seenVersion the version that its writer has read; 0 when it must not exist
 * @param status the status that follows, absent to keep it
 * @param outputs what it has done, absent to keep it
 * @param suspension the suspension, absent to keep it; it is replaced whole
 * @param lastError a text of up to 4,096 UTF-16 units, absent to keep it
 * @param retryable whether the failure may pass, absent to keep it
 */
public record StepChange(
    String runId,
    String stepId,
    long seenVersion,
    @Nullable StepStatus status,
    @Nullable Payload outputs,
    @Nullable Suspension suspension,
    @Nullable String lastError,
    @Nullable Boolean retryable)
    implements StateChange {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an id is no identifier, the version negative, or the
   *     error no text
   */
  public StepChange {
    Checks.identifier("StepChange", "runId", runId);
    Checks.identifier("StepChange", "stepId", stepId);
    Checks.notNegative("StepChange", "seenVersion", seenVersion);
    Checks.optionalText("StepChange", "lastError", lastError);
  }

  /**
   * Changes the status and nothing else.
   *
   * @param step the step as it was read
   * @param status the status that follows
   * @return the change
   */
  public static StepChange to(StepSummary step, StepStatus status) {
    return of(step).status(status).build();
  }

  /**
   * Creates a builder of a change that keeps everything.
   *
   * @param step the step as it was read
   * @return a new builder
   */
  public static Builder of(StepSummary step) {
    return of(step.runId(), step.stepId(), step.version());
  }

  /**
   * Creates a builder of a change that keeps everything.
   *
   * @param runId the run
   * @param stepId the step
   * @param seenVersion the version that was read; 0 when it must not exist
   * @return a new builder
   */
  public static Builder of(String runId, String stepId, long seenVersion) {
    return new Builder(runId, stepId, seenVersion);
  }

  /** Collects the optional parts. Not thread-safe. */
  public static final class Builder {
    private final String runId;
    private final String stepId;
    private final long seenVersion;
    private @Nullable StepStatus status;
    private @Nullable Payload outputs;
    private @Nullable Suspension suspension;
    private @Nullable String lastError;
    private @Nullable Boolean retryable;

    private Builder(String runId, String stepId, long seenVersion) {
      this.runId = runId;
      this.stepId = stepId;
      this.seenVersion = seenVersion;
    }

    /**
     * Sets the status that follows.
     *
     * @param status the status, null to keep it
     * @return this
     */
    public Builder status(@Nullable StepStatus status) {
      this.status = status;
      return this;
    }

    /**
     * Sets what it has done.
     *
     * @param outputs the outputs, null to keep them
     * @return this
     */
    public Builder outputs(@Nullable Payload outputs) {
      this.outputs = outputs;
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
     * Says whether the failure may pass.
     *
     * @param retryable whether it may, null to keep what was said
     * @return this
     */
    public Builder retryable(@Nullable Boolean retryable) {
      this.retryable = retryable;
      return this;
    }

    /**
     * Builds the change.
     *
     * @return the change
     * @throws ProviderError.InvalidRequest when an id is no identifier, the version negative, or
     *     the error no text
     */
    public StepChange build() {
      return new StepChange(
          runId, stepId, seenVersion, status, outputs, suspension, lastError, retryable);
    }
  }
}
