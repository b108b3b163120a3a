// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import java.util.List;
import java.util.Objects;

/**
 * What a turn stores, all of it or nothing: an {@link dev.holdfast.provider.OrchestrationAck}
 * without lock token and claim, which the worker adds. Every part but the execution may be empty;
 * the messages that the turn was given are removed in any case. Immutable.
 *
 * @param executionId the execution that the turn belongs to; greater than the delivered one when it
 *     continued as new
 * @param historyDelta events to append, ascending and above the last stored one
 * @param activities activities to schedule, all of this instance and execution
 * @param messages messages to enqueue, to any instance
 * @param metadata what to store about instance and execution
 * @param cancelledActivities activities of this instance to delete
 * @param changes what else is stored with it; needs {@link dev.holdfast.provider.Feature#CHANGES}
 */
public record TurnOutput(
    long executionId,
    List<HistoryEvent> historyDelta,
    List<ActivityTask> activities,
    List<OrchestratorMessage> messages,
    ExecutionMetadata metadata,
    List<ActivityIdentity> cancelledActivities,
    List<Change> changes) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException when the execution id is below 1
   */
  public TurnOutput {
    if (executionId < 1) {
      throw new IllegalArgumentException("executionId is " + executionId + "; it starts at 1");
    }
    historyDelta = List.copyOf(historyDelta);
    activities = List.copyOf(activities);
    messages = List.copyOf(messages);
    Objects.requireNonNull(metadata, "metadata");
    cancelledActivities = List.copyOf(cancelledActivities);
    changes = List.copyOf(changes);
  }

  /**
   * Creates an output without changes.
   *
   * @param executionId the execution that the turn belongs to
   * @param historyDelta events to append
   * @param activities activities to schedule
   * @param messages messages to enqueue
   * @param metadata what to store about instance and execution
   * @param cancelledActivities activities of this instance to delete
   * @throws IllegalArgumentException when the execution id is below 1
   */
  public TurnOutput(
      long executionId,
      List<HistoryEvent> historyDelta,
      List<ActivityTask> activities,
      List<OrchestratorMessage> messages,
      ExecutionMetadata metadata,
      List<ActivityIdentity> cancelledActivities) {
    this(executionId, historyDelta, activities, messages, metadata, cancelledActivities, List.of());
  }

  /**
   * Creates a builder in which everything else is empty.
   *
   * @param executionId the execution that the turn belongs to
   * @return a new builder
   */
  public static Builder of(long executionId) {
    return new Builder(executionId);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final long executionId;
    private List<HistoryEvent> historyDelta = List.of();
    private List<ActivityTask> activities = List.of();
    private List<OrchestratorMessage> messages = List.of();
    private ExecutionMetadata metadata = ExecutionMetadata.none();
    private List<ActivityIdentity> cancelledActivities = List.of();
    private List<Change> changes = List.of();

    private Builder(long executionId) {
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
     * @param cancelledActivities their identities; unknown ones are ignored
     * @return this
     */
    public Builder cancelledActivities(List<ActivityIdentity> cancelledActivities) {
      this.cancelledActivities = cancelledActivities;
      return this;
    }

    /**
     * Sets what else is stored with the turn.
     *
     * @param changes the changes, in the order in which they are applied
     * @return this
     */
    public Builder changes(List<Change> changes) {
      this.changes = changes;
      return this;
    }

    /**
     * Builds the output.
     *
     * @return the output
     * @throws IllegalArgumentException when the execution id is below 1
     */
    public TurnOutput build() {
      return new TurnOutput(
          executionId, historyDelta, activities, messages, metadata, cancelledActivities, changes);
    }
  }
}
