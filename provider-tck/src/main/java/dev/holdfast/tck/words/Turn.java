// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The result of a turn in the making: what is not said is empty. Made by {@link Handle#turn}; ends
 * with {@link #apply}, {@link #reject}, {@link #ack} or {@link #build}. Not thread-safe.
 */
public final class Turn {

  private final Provider provider;
  private final LockToken token;
  private long executionId;
  private final List<HistoryEvent> events = new ArrayList<>();
  private final List<ActivityTask> activities = new ArrayList<>();
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private final List<ActivityIdentity> cancelled = new ArrayList<>();
  private @Nullable EagerActivities eager;
  private final ExecutionMetadata.Builder metadata = ExecutionMetadata.builder();

  Turn(Provider provider, LockToken token, long executionId) {
    this.provider = provider;
    this.token = token;
    this.executionId = executionId;
  }

  /**
   * Acks another execution than the item's.
   *
   * @param id the execution
   * @return this
   */
  public Turn execution(long id) {
    executionId = id;
    return this;
  }

  /**
   * Appends consecutive sample events.
   *
   * @param from the first id
   * @param to the last id
   * @return this
   */
  public Turn events(long from, long to) {
    return events(Sample.events(from, to));
  }

  /**
   * Appends events.
   *
   * @param more the events
   * @return this
   */
  public Turn events(List<HistoryEvent> more) {
    events.addAll(more);
    return this;
  }

  /**
   * Appends a sample event.
   *
   * @param eventId its id
   * @return this
   */
  public Turn event(long eventId) {
    return events(eventId, eventId);
  }

  /**
   * Schedules sample activities of the acked execution.
   *
   * @param activityIds their numbers
   * @return this
   */
  public Turn activities(long... activityIds) {
    for (long activityId : activityIds) {
      activity(Sample.activity(token.instanceId(), executionId, activityId));
    }
    return this;
  }

  /**
   * Schedules an activity.
   *
   * @param task the activity
   * @return this
   */
  public Turn activity(ActivityTask task) {
    activities.add(task);
    return this;
  }

  /**
   * Cancels activities.
   *
   * @param identities which
   * @return this
   */
  public Turn cancel(ActivityIdentity... identities) {
    cancelled.addAll(List.of(identities));
    return this;
  }

  /**
   * Sends messages.
   *
   * @param more the messages
   * @return this
   */
  public Turn send(OrchestratorMessage... more) {
    messages.addAll(List.of(more));
    return this;
  }

  /**
   * States the orchestration's name.
   *
   * @param name the name
   * @return this
   */
  public Turn name(String name) {
    metadata.name(name);
    return this;
  }

  /**
   * States the orchestration's version.
   *
   * @param version the version
   * @return this
   */
  public Turn version(String version) {
    metadata.version(version);
    return this;
  }

  /**
   * States the parent.
   *
   * @param instanceId the parent
   * @return this
   */
  public Turn parent(String instanceId) {
    metadata.parentInstanceId(instanceId);
    return this;
  }

  /**
   * States the status of the acked execution.
   *
   * @param status the status
   * @return this
   */
  public Turn status(ExecutionStatus status) {
    metadata.status(status);
    return this;
  }

  /**
   * States the output of the acked execution.
   *
   * @param output the output
   * @return this
   */
  public Turn output(String output) {
    metadata.output(Payload.utf8(output));
    return this;
  }

  /**
   * States anything else about instance and execution.
   *
   * @param change sets it in the metadata
   * @return this
   */
  public Turn metadata(Consumer<ExecutionMetadata.Builder> change) {
    change.accept(metadata);
    return this;
  }

  /**
   * Claims the scheduled activities.
   *
   * @param asked how many, locked for how long; null for none
   * @return this
   */
  public Turn eager(@Nullable EagerActivities asked) {
    eager = asked;
    return this;
  }

  /**
   * The ack as it stands, not yet made.
   *
   * @return the ack
   */
  public OrchestrationAck build() {
    return OrchestrationAck.builder(token, executionId)
        .historyDelta(events)
        .activities(activities)
        .messages(messages)
        .metadata(metadata.build())
        .cancelledActivities(cancelled)
        .eager(eager)
        .build();
  }

  /**
   * Acks, whatever comes of it.
   *
   * @return the answer
   */
  public AckResult ack() {
    return provider.ackOrchestrationItem(build());
  }

  /** Acks and expects it to be applied. */
  public void apply() {
    Expect.applied(ack());
  }

  /**
   * Acks and expects it to be rejected.
   *
   * @param <E> the kind of error
   * @param what what happened when it was not
   * @param type the kind of error
   * @return the error
   */
  public <E extends ProviderError.Permanent> E reject(String what, Class<E> type) {
    return Expect.rejected(what, type, ack());
  }
}
