// SPDX-License-Identifier: Apache-2.0

/**
 * What goes from a store when its time is over: {@linkplain
 * dev.holdfast.runtime.retention.RetentionPolicy policies}, and {@linkplain
 * dev.holdfast.runtime.retention.Retention what} carries them out.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.runtime.retention;

import org.jspecify.annotations.NullMarked;
