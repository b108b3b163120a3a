// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;

/** Why a change of an inbox is refused, beside a lost lock. Stateless. */
public final class InboxRefusals {

  private InboxRefusals() {}

  private static String subject(InboxKey key, long sequence) {
    return "message %d of %s".formatted(sequence, key);
  }

  /**
   * Refuses to consume a message that is not there (INBOX-15).
   *
   * @param operation the SPI call
   * @param key the inbox
   * @param sequence the number
   * @return the error
   */
  public static NotFound unknown(String operation, InboxKey key, long sequence) {
    return new NotFound(
        operation,
        key.runId(),
        subject(key, sequence) + " is unknown; it was never appended, or it was cleaned up");
  }

  /**
   * Refuses to consume a message that was consumed (INBOX-16), or that is locked when no token is
   * shown (INBOX-15).
   *
   * @param operation the SPI call
   * @param key the inbox
   * @param sequence the number
   * @param from where the message stands
   * @return the error
   */
  public static IllegalTransition notConsumable(
      String operation, InboxKey key, long sequence, InboxStatus from) {
    return new IllegalTransition(
        operation, key.runId(), subject(key, sequence), from.label(), InboxStatus.CONSUMED.label());
  }

  /**
   * Refuses a message whose id came with other content before (INBOX-04).
   *
   * @param operation the SPI call
   * @param key the inbox
   * @param messageId the id
   * @return the error
   */
  public static IdempotencyMismatch mismatch(String operation, InboxKey key, String messageId) {
    return new IdempotencyMismatch(operation, key.runId(), messageId);
  }
}
