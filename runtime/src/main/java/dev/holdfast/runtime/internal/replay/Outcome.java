// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import org.jspecify.annotations.Nullable;

/**
 * How a future ended: returns the value, or throws. Called by the code that awaits, so that errors
 * of decoding reach it and exceptions carry its stack.
 */
@FunctionalInterface
interface Outcome<T extends @Nullable Object> {
  T get();
}
