// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a message to an inbox is made of: an id, and either a payload or a reference to one that is
 * kept elsewhere. A store never resolves a reference (INBOX-19).
 *
 * <p>The id makes an append idempotent within its inbox (INBOX-03). It comes from the producer,
 * such as its run, step, attempt and a number in its outputs; never from the receiver and never
 * from a clock, or a repeat is not recognised.
 *
 * @param messageId the id
 * @param payload the content; exactly one of the two is present
 * @param payloadRef where the content is, a text of up to 4,096 UTF-16 units
 */
public record NewInboxMessage(
    String messageId, @Nullable Payload payload, @Nullable String payloadRef) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the id is no identifier, the reference no text, or
   *     not exactly one of payload and reference is present
   */
  public NewInboxMessage {
    Checks.identifier("NewInboxMessage", "messageId", messageId);
    Checks.optionalText("NewInboxMessage", "payloadRef", payloadRef);
    if ((payload == null) == (payloadRef == null)) {
      throw new ProviderError.InvalidRequest(
          "NewInboxMessage",
          payload == null
              ? "there is neither a payload nor a reference; give one of the two"
              : "there is a payload and a reference; give one of the two");
    }
  }

  /**
   * Creates a message with a payload.
   *
   * @param messageId the id
   * @param payload the content
   * @return the message
   * @throws ProviderError.InvalidRequest when the id is no identifier
   */
  public static NewInboxMessage of(String messageId, Payload payload) {
    return new NewInboxMessage(messageId, payload, null);
  }

  /**
   * Creates a message whose content is kept elsewhere.
   *
   * @param messageId the id
   * @param payloadRef where the content is
   * @return the message
   * @throws ProviderError.InvalidRequest when the id is no identifier or the reference no text
   */
  public static NewInboxMessage reference(String messageId, String payloadRef) {
    return new NewInboxMessage(messageId, null, payloadRef);
  }
}
