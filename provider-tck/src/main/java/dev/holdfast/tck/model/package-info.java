// SPDX-License-Identifier: Apache-2.0

/**
 * Model-based testing: random operations run on the provider under test and on the reference
 * provider side by side, every answer is compared, and a difference is shrunk to the few operations
 * that show it.
 *
 * <p>An {@link dev.holdfast.tck.model.Operation} says nothing in absolute terms: tokens are "the
 * last one of i1", event ids are "the next", times are steps. So it still means something when the
 * operations before it are taken away, which is what makes shrinking possible.
 */
@NullMarked
package dev.holdfast.tck.model;

import org.jspecify.annotations.NullMarked;
