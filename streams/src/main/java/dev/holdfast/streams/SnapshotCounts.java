// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/**
 * What became of the snapshots that were taken beside the work (ES-04).
 *
 * @param stored how many were stored
 * @param present how many were there already
 * @param failed how many the store refused, or could not be written
 * @param dropped how many were left out because too many waited
 * @param pruned how many older ones went
 */
public record SnapshotCounts(long stored, long present, long failed, long dropped, long pruned) {}
