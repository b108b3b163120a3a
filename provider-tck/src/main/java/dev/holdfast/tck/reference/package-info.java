// SPDX-License-Identifier: Apache-2.0

/**
 * The reference provider: in memory, simple, obviously right. It is the model against which the kit
 * judges others and on which it tests itself, so it is written for clarity, with one lock around
 * plain collections.
 */
@NullMarked
package dev.holdfast.tck.reference;

import org.jspecify.annotations.NullMarked;
