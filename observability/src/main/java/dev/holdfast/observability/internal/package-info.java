// SPDX-License-Identifier: Apache-2.0

/**
 * What metrics and health have in common.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.observability.internal;

import org.jspecify.annotations.NullMarked;
