// SPDX-License-Identifier: Apache-2.0

/**
 * Child JVMs: what they do with a store, how a test talks to them and kills them, and what must be
 * left afterwards.
 */
@NullMarked
package dev.holdfast.tck.crash;

import org.jspecify.annotations.NullMarked;
