// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * @param onLastEventAt when that event was recorded, by which the turn is not taken for one of an
 *     instance that was deleted and started again under the same id (DELETE-12); null for an event
 *     of any time
 * @param content what the turn stores
 */
public record TurnAhead(
    long onExecutionId, long onLastEventId, @Nullable Instant onLastEventAt, TurnContent content) {

  /**
   * Checks the numbers and cuts the moment to microseconds.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public TurnAhead {
    Checks.atLeastOne("TurnAhead", "onExecutionId", onExecutionId);
    Checks.notNegative("TurnAhead", "onLastEventId", onLastEventId);
    onLastEventAt =
        onLastEventAt == null ? null : Checks.instant("TurnAhead", "onLastEventAt", onLastEventAt);
    Objects.requireNonNull(content, "content");
  }

  /**
   * Creates a turn for a last event of any time.
   *
   * @param onExecutionId the execution that the caller saw last
   * @param onLastEventId the last event of that execution that the caller saw, 0 for none
   * @param content what the turn stores
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public TurnAhead(long onExecutionId, long onLastEventId, TurnContent content) {
    this(onExecutionId, onLastEventId, null, content);
  }

  /**
   * Returns whether an item is what the turn was computed for: one message, and a history that ends
   * where the caller saw it end. Where the turn names the moment of the last event, the item must
   * have that event inline.
   *
   * @param item the instance, as a fetch would deliver it right after the call
   * @return true when the turn may be applied to it (AHEAD-02)
   */
  public boolean fits(OrchestrationItem item) {
    return item.messages().size() == 1
        && item.executionId() == onExecutionId
        && item.history().lastEventId() == onLastEventId
        && (onLastEventAt == null || endsThen(item.history().events()));
  }

  private boolean endsThen(List<HistoryEvent> events) {
    return onLastEventId == 0
        || (!events.isEmpty()
            && events.getLast().eventId() == onLastEventId
            && events.getLast().recordedAt().equals(onLastEventAt));
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
