// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

/**
 * What the reads through one {@link Migration} have seen since it was built (ES-35).
 *
 * @param compared how many compared old and new
 * @param different in how many they differed
 * @param unsettled how many met events on their way, so that old and new were of different times
 * @param failed in how many the side that is not read failed
 */
public record ReadCounts(long compared, long different, long unsettled, long failed) {}
