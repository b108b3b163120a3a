// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
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
 * @param changes what else is stored in the same transaction, behind the completion (CHANGE-03);
 *     empty unless given. Needs {@link Feature#CHANGES}
 */
public record ActivityAck(
    LockToken lockToken,
    @Nullable OrchestratorMessage completion,
    @Nullable EagerInstance eager,
    List<Change> changes) {

  /** Checks the token, and copies the list. */
  public ActivityAck {
    Objects.requireNonNull(lockToken, "lockToken");
    changes = List.copyOf(changes);
  }

  /**
   * Creates an ack without changes.
   *
   * @param lockToken the token of the item
   * @param completion the message to its instance, absent to enqueue nothing
   * @param eager asks for the instance, absent for not asking
   */
  public ActivityAck(
      LockToken lockToken,
      @Nullable OrchestratorMessage completion,
      @Nullable EagerInstance eager) {
    this(lockToken, completion, eager, List.of());
  }

  /**
   * An ack without a claim and without changes.
   *
   * @param lockToken the token of the item
   * @param completion the message to its instance, null to enqueue nothing
   * @return the ack
   */
  public static ActivityAck of(LockToken lockToken, @Nullable OrchestratorMessage completion) {
    return new ActivityAck(lockToken, completion, null);
  }

  /**
   * Returns the same ack with another claim.
   *
   * @param eager asks for the instance, null for not asking
   * @return a new ack
   */
  public ActivityAck withEager(@Nullable EagerInstance eager) {
    return new ActivityAck(lockToken, completion, eager, changes);
  }

  /**
   * Returns the same ack with other changes.
   *
   * @param changes what else is stored in the same transaction
   * @return a new ack
   */
  public ActivityAck withChanges(List<Change> changes) {
    return new ActivityAck(lockToken, completion, eager, changes);
  }
}
