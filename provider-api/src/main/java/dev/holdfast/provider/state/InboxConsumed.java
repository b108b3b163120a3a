// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;

/**
 * The result of {@link ConsumeInbox}.
 *
 * @param key the inbox
 * @param sequence the message's number there
 * @param repeated whether it had been consumed with this very token before (INBOX-16)
 */
public record InboxConsumed(InboxKey key, long sequence, boolean repeated)
    implements ChangeResult {}
