// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of one turn, applied in one transaction or not at all (ATOM-01, ATOM-03).
 *
 * @param lockToken the token of the item
 * @param content what the turn stores
 * @param changes what else is stored in the same transaction, behind the content (CHANGE-02); empty
 *     unless given. Needs {@link Feature#CHANGES}. Turns ahead have none
 */
public record OrchestrationAck(LockToken lockToken, TurnContent content, List<Change> changes) {

  /** Checks the parts, and copies the list. */
  public OrchestrationAck {
    Objects.requireNonNull(lockToken, "lockToken");
    Objects.requireNonNull(content, "content");
    changes = List.copyOf(changes);
  }

  /**
   * Creates an ack without changes.
   *
   * @param lockToken the token of the item
   * @param content what the turn stores
   */
  public OrchestrationAck(LockToken lockToken, TurnContent content) {
    this(lockToken, content, List.of());
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

  /**
   * Returns the same ack with other changes.
   *
   * @param changes what else is stored in the same transaction
   * @return a new ack
   */
  public OrchestrationAck withChanges(List<Change> changes) {
    return new OrchestrationAck(lockToken, content, changes);
  }

  /** {@return the execution that the turn belongs to; see {@link TurnContent}} */
  public long executionId() {
    return content.executionId();
  }

  /** {@return the events to append; see {@link TurnContent}} */
  public List<HistoryEvent> historyDelta() {
    return content.historyDelta();
  }

  /** {@return the activities to schedule; see {@link TurnContent}} */
  public List<ActivityTask> activities() {
    return content.activities();
  }

  /** {@return the messages to enqueue; see {@link TurnContent}} */
  public List<OrchestratorMessage> messages() {
    return content.messages();
  }

  /** {@return what to store about instance and execution; see {@link TurnContent}} */
  public ExecutionMetadata metadata() {
    return content.metadata();
  }

  /** {@return the activities to delete; see {@link TurnContent}} */
  public List<ActivityIdentity> cancelledActivities() {
    return content.cancelledActivities();
  }

  /** {@return the claim of the scheduled activities, absent for none; see {@link TurnContent}} */
  public @Nullable EagerActivities eager() {
    return content.eager();
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder extends TurnContent.Parts<Builder> {
    private final LockToken lockToken;
    private List<Change> changes = List.of();

    private Builder(LockToken lockToken, long executionId) {
      super(executionId);
      this.lockToken = lockToken;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets what else is stored in the same transaction.
     *
     * @param changes the changes, in the order in which they are to be applied
     * @return this
     */
    public Builder changes(List<Change> changes) {
      this.changes = changes;
      return this;
    }

    /**
     * Builds the ack.
     *
     * @return the ack
     * @throws ProviderError.InvalidRequest when the execution id is below 1
     */
    public OrchestrationAck build() {
      return new OrchestrationAck(lockToken, content(), changes);
    }
  }
}
