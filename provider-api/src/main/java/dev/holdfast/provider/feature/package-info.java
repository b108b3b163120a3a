// SPDX-License-Identifier: Apache-2.0

/**
 * Features with calls of their own that runtimes and applications use: sessions, custom status,
 * key-values, enqueue inside the caller's transaction. Found with {@link
 * dev.holdfast.provider.Provider#capability}.
 */
@NullMarked
package dev.holdfast.provider.feature;

import org.jspecify.annotations.NullMarked;
