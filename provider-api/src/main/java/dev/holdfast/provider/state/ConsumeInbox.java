// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a message of an inbox: it is never pending and never fetched again (INBOX-16). The
 * result is {@link InboxConsumed}. Carried by the ack of the turn or activity that used the
 * message, it has its effect exactly once (INBOX-17).
 *
 * <p>A pending message is consumed without a token, a locked one with its live token (INBOX-15). In
 * this order: an unknown number is {@link ProviderError.NotFound}; a message that was consumed with
 * this very token is a repeat, and any other consumed one {@link ProviderError.IllegalTransition}
 * (INBOX-16); a token that does not hold the lock is {@link ProviderError.LockLost} (INBOX-13); a
 * locked message without a token is {@link ProviderError.IllegalTransition}.
 *
 * @param key the inbox
 * @param sequence the message's number there, from 1
 * @param lockToken the token of its lock, absent for a pending one
 */
public record ConsumeInbox(InboxKey key, long sequence, @Nullable InboxToken lockToken)
    implements InboxChange {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the number is below 1 or the token is of another
   *     message
   */
  public ConsumeInbox {
    Objects.requireNonNull(key, "key");
    Checks.atLeastOne("ConsumeInbox", "sequence", sequence);
    if (lockToken != null && !(lockToken.key().equals(key) && lockToken.sequence() == sequence)) {
      throw new ProviderError.InvalidRequest(
          "ConsumeInbox",
          "the token is of message %d of %s, the change of message %d of %s; show the token of the message"
              .formatted(lockToken.sequence(), lockToken.key(), sequence, key));
    }
  }

  /**
   * Consumes a message that a fetch has locked.
   *
   * @param item what the fetch returned
   * @return the change
   */
  public static ConsumeInbox of(InboxItem item) {
    return new ConsumeInbox(item.message().key(), item.message().sequence(), item.lockToken());
  }

  /**
   * Consumes a pending message.
   *
   * @param key the inbox
   * @param sequence the message's number there, from 1
   * @return the change
   * @throws ProviderError.InvalidRequest when the number is below 1
   */
  public static ConsumeInbox pending(InboxKey key, long sequence) {
    return new ConsumeInbox(key, sequence, null);
  }
}
