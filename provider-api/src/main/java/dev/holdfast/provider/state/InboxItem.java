// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.Objects;

/**
 * A message that a fetch has locked for its caller.
 *
 * @param message the message, locked
 * @param deliveryCount fetches of this message, this one included (INBOX-11)
 * @param lockToken proof of the lock
 */
public record InboxItem(InboxMessage message, int deliveryCount, InboxToken lockToken) {

  /** Checks the parts. */
  public InboxItem {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(lockToken, "lockToken");
  }
}
