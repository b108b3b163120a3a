// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

/**
 * What has become of the entries offered through one handle, all of one moment: {@code offered} is
 * the sum of the others (AUDIT-03). Immutable.
 *
 * @param offered the offers that were made
 * @param stored those that are in the store, as far as the handle knows
 * @param dropped those that the handle has given up: their offer returned false, or {@code close}
 *     ran out of time
 * @param waiting those in the buffer of the handle
 */
public record AuditCounts(long offered, long stored, long dropped, long waiting) {}
