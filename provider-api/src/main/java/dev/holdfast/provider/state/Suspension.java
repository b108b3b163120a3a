// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a run or step was doing when it was suspended, so that it can go on from there. It is stored
 * whole: the next one replaces all of its parts, and until then it stays readable, also after the
 * run went on (RUN-13, STEP-10). Immutable.
 *
 * @param stepId the step that waits, absent for none
 * @param reason why, for people: a text of up to 4,096 UTF-16 units, absent for none
 * @param state what is needed to go on, absent for none; an empty one is not absent
 * @param metadata what outside code wants to know, absent for none
 */
public record Suspension(
    @Nullable String stepId,
    @Nullable String reason,
    @Nullable Payload state,
    @Nullable Payload metadata) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the step is no identifier, or the reason is no text
   */
  public Suspension {
    Checks.optionalIdentifier("Suspension", "stepId", stepId);
    Checks.optionalText("Suspension", "reason", reason);
  }

  /** {@return a builder of a suspension without parts} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder with these parts} */
  public Builder toBuilder() {
    return builder().stepId(stepId).reason(reason).state(state).metadata(metadata);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private @Nullable String stepId;
    private @Nullable String reason;
    private @Nullable Payload state;
    private @Nullable Payload metadata;

    private Builder() {}

    /**
     * Sets the step that waits.
     *
     * @param stepId the step, null for none
     * @return this
     */
    public Builder stepId(@Nullable String stepId) {
      this.stepId = stepId;
      return this;
    }

    /**
     * Sets why.
     *
     * @param reason the text, null for none
     * @return this
     */
    public Builder reason(@Nullable String reason) {
      this.reason = reason;
      return this;
    }

    /**
     * Sets what is needed to go on.
     *
     * @param state the state, null for none
     * @return this
     */
    public Builder state(@Nullable Payload state) {
      this.state = state;
      return this;
    }

    /**
     * Sets what outside code wants to know.
     *
     * @param metadata the metadata, null for none
     * @return this
     */
    public Builder metadata(@Nullable Payload metadata) {
      this.metadata = metadata;
      return this;
    }

    /**
     * Builds the suspension.
     *
     * @return the suspension
     * @throws ProviderError.InvalidRequest when the step is no identifier, or the reason is no text
     */
    public Suspension build() {
      return new Suspension(stepId, reason, state, metadata);
    }
  }
}
