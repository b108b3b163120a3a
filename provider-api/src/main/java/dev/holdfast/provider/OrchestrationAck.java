// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of one turn, applied in one transaction or not at all (ATOM-01, ATOM-03). Every part
 * but token and execution may be empty (ATOM-07).
 *
 * @param lockToken the token of the item
 * @param executionId the execution that the turn belongs to; greater than the item's when it
 *     continued as new
 * @param historyDelta events to append, ascending and above the last stored one (ATOM-06)
 * @param activities activities to schedule, all of this instance and execution (ATOM-17)
 * @param messages messages to enqueue: to parents, children, strangers, the instance itself
 *     (QUEUE-06)
 * @param metadata what to store about instance and execution
 * @param cancelledActivities activities of this instance to delete; inserted first, then deleted,
 *     so that one scheduled and cancelled in the same ack is absent (CANCEL-06)
 * @param eager asks for the scheduled activities to be locked in the same commit; absent for not
 *     asking. A permission, never an obligation of the provider (CLAIM-01). The instances that the
 *     messages go to are not claimed (CLAIM-04)
 */
public record OrchestrationAck(
    LockToken lockToken,
    long executionId,
    List<HistoryEvent> historyDelta,
    List<ActivityTask> activities,
    List<OrchestratorMessage> messages,
    ExecutionMetadata metadata,
    List<ActivityIdentity> cancelledActivities,
    @Nullable EagerActivities eager) {

  /**
   * Checks and copies the parts.
   *
   * @throws ProviderError.InvalidRequest when the execution id is below 1
   */
  public OrchestrationAck {
    Objects.requireNonNull(lockToken, "lockToken");
    Checks.atLeastOne("OrchestrationAck", "executionId", executionId);
    historyDelta = List.copyOf(historyDelta);
    activities = List.copyOf(activities);
    messages = List.copyOf(messages);
    Objects.requireNonNull(metadata, "metadata");
    cancelledActivities = List.copyOf(cancelledActivities);
  }

  /**
   * Creates a builder in which everything else is empty.
   *
   * @param lockToken the token of the item
   * @param executionId the execution that the turn belongs to
   * @return a new builder
   */
  public static Builder builder(LockToken lockToken, long executionId) {
    return new Builder(lockToken, executionId);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final LockToken lockToken;
    private final long executionId;
    private List<HistoryEvent> historyDelta = List.of();
    private List<ActivityTask> activities = List.of();
    private List<OrchestratorMessage> messages = List.of();
    private ExecutionMetadata metadata = ExecutionMetadata.none();
    private List<ActivityIdentity> cancelledActivities = List.of();
    private @Nullable EagerActivities eager;

    private Builder(LockToken lockToken, long executionId) {
      this.lockToken = lockToken;
      this.executionId = executionId;
    }

    /**
     * Sets the events to append.
     *
     * @param historyDelta the events, ascending
     * @return this
     */
    public Builder historyDelta(List<HistoryEvent> historyDelta) {
      this.historyDelta = historyDelta;
      return this;
    }

    /**
     * Sets the activities to schedule.
     *
     * @param activities the activities
     * @return this
     */
    public Builder activities(List<ActivityTask> activities) {
      this.activities = activities;
      return this;
    }

    /**
     * Sets the messages to enqueue.
     *
     * @param messages the messages, in the order in which they are to be stored
     * @return this
     */
    public Builder messages(List<OrchestratorMessage> messages) {
      this.messages = messages;
      return this;
    }

    /**
     * Sets what to store about instance and execution.
     *
     * @param metadata the metadata
     * @return this
     */
    public Builder metadata(ExecutionMetadata metadata) {
      this.metadata = metadata;
      return this;
    }

    /**
     * Sets the activities to delete.
     *
     * @param cancelledActivities their identities; unknown ones are ignored (CANCEL-02)
     * @return this
     */
    public Builder cancelledActivities(List<ActivityIdentity> cancelledActivities) {
      this.cancelledActivities = cancelledActivities;
      return this;
    }

    /**
     * Asks for the scheduled activities to be locked in the same commit.
     *
     * @param eager what the caller serves, null for not asking
     * @return this
     */
    public Builder eager(@Nullable EagerActivities eager) {
      this.eager = eager;
      return this;
    }

    /**
     * Builds the ack.
     *
     * @return the ack
     * @throws ProviderError.InvalidRequest when the execution id is below 1
     */
    public OrchestrationAck build() {
      return new OrchestrationAck(
          lockToken,
          executionId,
          historyDelta,
          activities,
          messages,
          metadata,
          cancelledActivities,
          eager);
    }
  }
}
