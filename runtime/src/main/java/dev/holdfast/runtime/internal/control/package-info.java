// SPDX-License-Identifier: Apache-2.0

/**
 * Turns that need no code of the instance: suspending, ending, beginning anew. Computed by workers,
 * and by clients that find an instance free.
 */
@NullMarked
package dev.holdfast.runtime.internal.control;

import org.jspecify.annotations.NullMarked;
