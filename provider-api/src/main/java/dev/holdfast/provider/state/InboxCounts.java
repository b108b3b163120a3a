// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How full an inbox is (INBOX-20).
 *
 * @param key the inbox
 * @param pending how many messages wait, those whose lock has ended included
 * @param locked how many are under a live lock
 * @param consumed how many were consumed and are still stored
 * @param bytes the sizes of all stored payloads together, of messages in every state
 * @param lastSequence the greatest number that was given out, 0 for none
 * @param oldestPendingSince when the oldest pending message was appended, absent when none is
 *     pending
 */
public record InboxCounts(
    InboxKey key,
    long pending,
    long locked,
    long consumed,
    long bytes,
    long lastSequence,
    @Nullable Instant oldestPendingSince) {}
