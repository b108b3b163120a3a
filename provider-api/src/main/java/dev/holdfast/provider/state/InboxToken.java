// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * Proof of one lock of an inbox message, and a <em>fence</em>. Only {@link DurableInbox#fetch}
 * gives it out. The epoch grows with every lock of the message (INBOX-11).
 *
 * @param key the inbox
 * @param sequence the message's number there, from 1
 * @param epoch the number of this lock, from 1
 */
public record InboxToken(InboxKey key, long sequence, long epoch) implements Fence {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when a number is below 1
   */
  public InboxToken {
    Objects.requireNonNull(key, "key");
    Checks.atLeastOne("InboxToken", "sequence", sequence);
    Checks.atLeastOne("InboxToken", "epoch", epoch);
  }

  /** {@return the readable form, such as {@code message 3 of order-17/review/trigger#42}} */
  @Override
  public String toString() {
    return "message " + sequence + " of " + key + "#" + epoch;
  }
}
