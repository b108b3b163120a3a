// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message of an inbox, as it is stored.
 *
 * @param key the inbox
 * @param sequence its number there: 1, 2, 3 and so on (INBOX-01)
 * @param content what was appended
 * @param status where it stands; a lock that has ended counts as pending
 * @param appendedAt the store's now of the append
 * @param consumedAt the store's now when it was consumed, absent before
 */
public record InboxMessage(
    InboxKey key,
    long sequence,
    NewInboxMessage content,
    InboxStatus status,
    Instant appendedAt,
    @Nullable Instant consumedAt) {}
