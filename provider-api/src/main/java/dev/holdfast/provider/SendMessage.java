// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.Objects;

/**
 * {@link Provider#enqueue(OrchestratorMessage)} as a change: the message is there together with the
 * other changes or not at all, so that a state and the wake-up that it calls for are one commit
 * outside a turn too (CHANGE-19). Its result is {@link MessageSent}.
 *
 * <p>A used message id counts and mismatches as it does there (QUEUE-09). In an ack the message
 * stands behind the ack's own messages.
 *
 * @param message the message
 */
public record SendMessage(OrchestratorMessage message) implements Change {

  /** Checks the message. */
  public SendMessage {
    Objects.requireNonNull(message, "message");
  }

  /** {@return the id of the addressed instance} */
  @Override
  public String runId() {
    return message.instanceId();
  }

  @Override
  public Feature feature() {
    return Feature.CHANGES;
  }
}
