// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of one activity: it is removed and its completion enqueued in one transaction (ATOM-14).
 *
 * @param lockToken the token of the item
 * @param completion the message to its instance, absent to enqueue nothing (QUEUE-22); addressed to
 *     any other instance it is {@link ProviderError.InvalidRequest} (QUEUE-20)
 * @param eager asks for the instance to be locked in the same commit; absent for not asking. A
 *     permission, never an obligation of the provider (CLAIM-01). Without a completion it asks for
 *     nothing (CLAIM-05)
 */
public record ActivityAck(
    LockToken lockToken, @Nullable OrchestratorMessage completion, @Nullable EagerInstance eager) {

  /** Checks the token. */
  public ActivityAck {
    Objects.requireNonNull(lockToken, "lockToken");
  }

  /**
   * An ack without a claim.
   *
   * @param lockToken the token of the item
   * @param completion the message to its instance, null to enqueue nothing
   * @return the ack
   */
  public static ActivityAck of(LockToken lockToken, @Nullable OrchestratorMessage completion) {
    return new ActivityAck(lockToken, completion, null);
  }
}
