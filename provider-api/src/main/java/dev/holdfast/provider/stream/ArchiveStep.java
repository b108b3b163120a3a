// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

/**
 * What one step of an archiving has done.
 *
 * @param removed how many events it removed
 * @param left how many events up to the bound are left
 */
public record ArchiveStep(int removed, long left) {}
