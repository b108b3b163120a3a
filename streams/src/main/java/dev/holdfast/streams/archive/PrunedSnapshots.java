// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

/**
 * What a pruning of snapshots came to (ES-38).
 *
 * @param streams how many streams were looked at
 * @param removed how many snapshots went
 */
public record PrunedSnapshots(long streams, long removed) {}
