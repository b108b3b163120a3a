// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * A turn that its caller has computed ahead of the message that causes it: it comes with the call
 * that stores this message, and saves the fetch and the ack (AHEAD-02). A permission, like the
 * claim that it belongs to: a provider that does not declare {@link Feature#TURNS_AHEAD} ignores it
 * (AHEAD-01), and the claim is honoured as always.
 *
 * <p>It is applied in the commit of its call if and only if the claim could be honoured at that
 * moment, the batch would be exactly the one message of the call, and the history still ends where
 * the turn was computed. The store is then as if the call, a fetch and the ack had followed at
 * once. In any other case nothing of it is left, and the claim decides what the caller gets
 * (AHEAD-03).
 *
 * @param onExecutionId the execution that the caller saw last, as a fetch would deliver it; 1 for
 *     an instance that the call starts
 * @param onLastEventId the last event of that execution that the caller saw, 0 for none
 * @param content what the turn stores
 */
public record TurnAhead(long onExecutionId, long onLastEventId, TurnContent content) {

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public TurnAhead {
    Checks.atLeastOne("TurnAhead", "onExecutionId", onExecutionId);
    Checks.notNegative("TurnAhead", "onLastEventId", onLastEventId);
    Objects.requireNonNull(content, "content");
  }

  /**
   * Returns whether an item is what the turn was computed for: one message, and a history that ends
   * where the caller saw it end.
   *
   * @param item the instance, as a fetch would deliver it right after the call
   * @return true when the turn may be applied to it (AHEAD-02)
   */
  public boolean fits(OrchestrationItem item) {
    return item.messages().size() == 1
        && item.executionId() == onExecutionId
        && item.history().lastEventId() == onLastEventId;
  }

  /**
   * Returns the ack that the turn amounts to.
   *
   * @param lockToken the token under which it is applied
   * @return the ack
   */
  public OrchestrationAck ack(LockToken lockToken) {
    return new OrchestrationAck(lockToken, content);
  }
}
