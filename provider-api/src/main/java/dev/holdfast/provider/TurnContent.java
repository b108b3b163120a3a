// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a turn stores. Every part but the execution may be empty (ATOM-07).
 *
 * @param executionId the execution that the turn belongs to; greater than the item's when it
 *     continued as new
 * @param historyDelta events to append, ascending and above the last stored one (ATOM-06)
 * @param activities activities to schedule, all of this instance and execution (ATOM-17)
 * @param messages messages to enqueue: to parents, children, strangers, the instance itself
 *     (QUEUE-06)
 * @param metadata what to store about instance and execution
 * @param cancelledActivities activities of this instance to delete; inserted first, then deleted,
 *     so that one scheduled and cancelled in the same turn is absent (CANCEL-06)
 * @param eager asks for the scheduled activities to be locked in the same commit; absent for not
 *     asking. A permission, never an obligation of the provider (CLAIM-01). The instances that the
 *     messages go to are not claimed (CLAIM-04)
 */
public record TurnContent(
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
  public TurnContent {
    Checks.atLeastOne("TurnContent", "executionId", executionId);
    historyDelta = List.copyOf(historyDelta);
    activities = List.copyOf(activities);
    messages = List.copyOf(messages);
    Objects.requireNonNull(metadata, "metadata");
    cancelledActivities = List.copyOf(cancelledActivities);
  }

  /**
   * Creates a builder in which everything else is empty.
   *
   * @param executionId the execution that the turn belongs to
   * @return a new builder
   */
  public static Builder builder(long executionId) {
    return new Builder(executionId);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder extends Parts<Builder> {

    private Builder(long executionId) {
      super(executionId);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds the content.
     *
     * @return the content
     * @throws ProviderError.InvalidRequest when the execution id is below 1
     */
    public TurnContent build() {
      return content();
    }
  }

  /**
   * The parts, as builders collect them. Not thread-safe.
   *
   * @param <B> the builder
   */
  public abstract static sealed class Parts<B extends Parts<B>>
      permits Builder, OrchestrationAck.Builder {
    private final long executionId;
    private List<HistoryEvent> historyDelta = List.of();
    private List<ActivityTask> activities = List.of();
    private List<OrchestratorMessage> messages = List.of();
    private ExecutionMetadata metadata = ExecutionMetadata.none();
    private List<ActivityIdentity> cancelledActivities = List.of();
    private @Nullable EagerActivities eager;

    Parts(long executionId) {
      this.executionId = executionId;
    }

    abstract B self();

    /**
     * Sets the events to append.
     *
     * @param historyDelta the events, ascending
     * @return this
     */
    public B historyDelta(List<HistoryEvent> historyDelta) {
      this.historyDelta = historyDelta;
      return self();
    }

    /**
     * Sets the activities to schedule.
     *
     * @param activities the activities
     * @return this
     */
    public B activities(List<ActivityTask> activities) {
      this.activities = activities;
      return self();
    }

    /**
     * Sets the messages to enqueue.
     *
     * @param messages the messages, in the order in which they are to be stored
     * @return this
     */
    public B messages(List<OrchestratorMessage> messages) {
      this.messages = messages;
      return self();
    }

    /**
     * Sets what to store about instance and execution.
     *
     * @param metadata the metadata
     * @return this
     */
    public B metadata(ExecutionMetadata metadata) {
      this.metadata = metadata;
      return self();
    }

    /**
     * Sets the activities to delete.
     *
     * @param cancelledActivities their identities; unknown ones are ignored (CANCEL-02)
     * @return this
     */
    public B cancelledActivities(List<ActivityIdentity> cancelledActivities) {
      this.cancelledActivities = cancelledActivities;
      return self();
    }

    /**
     * Asks for the scheduled activities to be locked in the same commit.
     *
     * @param eager what the caller serves, null for not asking
     * @return this
     */
    public B eager(@Nullable EagerActivities eager) {
      this.eager = eager;
      return self();
    }

    /** {@return the content so far} */
    TurnContent content() {
      return new TurnContent(
          executionId, historyDelta, activities, messages, metadata, cancelledActivities, eager);
    }
  }
}
