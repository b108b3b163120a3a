// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

/**
 * What one step of a drop has done.
 *
 * @param removed how many rows and parked events it removed
 * @param done whether nothing of the generation is left
 */
public record DropStep(int removed, boolean done) {}
