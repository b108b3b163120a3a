// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;

/**
 * The result of {@link AppendInbox}.
 *
 * @param key the inbox
 * @param sequence the message's number there; that of the first one for a repeat
 * @param repeated whether the message id was known, so that nothing was added (INBOX-03)
 */
public record InboxAppended(InboxKey key, long sequence, boolean repeated)
    implements ChangeResult {}
