// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Delivers an input to a trigger step: in one commit the input is an inbox message of the port
 * {@link Triggers#PORT}, the cursor moves, and the wake-up is in the queue of the run's instance
 * (TRIGGER-01). The result is {@link TriggerDelivered}. An input id that the step knows adds
 * nothing (TRIGGER-02); with other content it is {@link ProviderError.IdempotencyMismatch}. A run
 * that is final takes nothing (TRIGGER-06); one that does not exist yet finds the input when it
 * begins (TRIGGER-07).
 *
 * <p>It does not matter whether the run is suspended yet: the wake-up is a queued message, so a
 * delivery that races with the suspension leaves the run awake (TRIGGER-05).
 *
 * @param runId the run
 * @param stepId the trigger step
 * @param input the input; its message id is the input id
 * @param cursor how far the source has been delivered with it, absent for a source without order
 * @param wakeUp the message to the instance of the run, without a message id, because a remembered
 *     id would swallow all wake-ups but the first; never discarded as an orphan (TRIGGER-08)
 */
public record DeliverTrigger(
    String runId,
    String stepId,
    NewInboxMessage input,
    @Nullable Cursor cursor,
    OrchestratorMessage wakeUp)
    implements Change {

  private static final String OWNER = "DeliverTrigger";

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an id is no identifier, or the wake-up is addressed
   *     to another instance, has a message id, or is discarded as an orphan (TRIGGER-08)
   */
  public DeliverTrigger {
    Checks.identifier(OWNER, "runId", runId);
    Checks.identifier(OWNER, "stepId", stepId);
    Objects.requireNonNull(input, "input");
    if (!wakeUp.instanceId().equals(runId)) {
      throw new InvalidRequest(
          OWNER,
          "the wake-up is addressed to instance %s; address it to the run %s"
              .formatted(wakeUp.instanceId(), runId));
    }
    if (wakeUp.messageId() != null) {
      throw new InvalidRequest(
          OWNER, "the wake-up has a message id; leave it absent, the input id recognises repeats");
    }
    if (wakeUp.discardIfUnknown()) {
      throw new InvalidRequest(
          OWNER, "the wake-up is discarded if the instance is unknown; it has to wait for it");
    }
  }

  /** {@return the inbox of the input} */
  public InboxKey key() {
    return new InboxKey(runId, stepId, Triggers.PORT);
  }

  @Override
  public Feature feature() {
    return Feature.TRIGGERS;
  }
}
