// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;

/**
 * An entry as the store has it. Immutable.
 *
 * @param sequence its place in the log: unique in the store, also over clean-ups, and growing in
 *     the order in which one thread offered through one handle; gaps mean nothing (AUDIT-06)
 * @param storedAt when it was stored, by the store's clock; it never falls as the sequence grows
 * @param entry what was offered, field for field
 */
public record AuditRecord(long sequence, Instant storedAt, AuditEntry entry) {}
