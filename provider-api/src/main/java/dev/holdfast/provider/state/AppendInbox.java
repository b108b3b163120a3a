// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import java.util.Objects;

/**
 * Appends a message to an inbox, pending, under the next sequence number (INBOX-01). The result is
 * {@link InboxAppended}. A message id that the inbox knows adds nothing: with the same content it
 * is answered with the number of the first one (INBOX-03), with other content it is {@link
 * ProviderError.IdempotencyMismatch} (INBOX-04). Neither run nor step need exist (INBOX-23).
 *
 * @param key the inbox
 * @param message what to append
 */
public record AppendInbox(InboxKey key, NewInboxMessage message) implements InboxChange {

  /** Checks the parts. */
  public AppendInbox {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(message, "message");
  }
}
