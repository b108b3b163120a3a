// SPDX-License-Identifier: Apache-2.0

/**
 * Durable orchestrations for Java: write activities and orchestrations as plain code, start a
 * {@link dev.holdfast.runtime.Holdfast}, and use its {@link dev.holdfast.runtime.HoldfastClient}.
 *
 * <p>Unless a type says otherwise, values are immutable and thread-safe, and nothing is null unless
 * it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.runtime;

import org.jspecify.annotations.NullMarked;
