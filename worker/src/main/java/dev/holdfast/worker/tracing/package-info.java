// SPDX-License-Identifier: Apache-2.0

/**
 * What traces have to offer to engines, clients and readers of events: an interface that knows no
 * library. Start at {@link dev.holdfast.worker.tracing.Tracing}.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.worker.tracing;

import org.jspecify.annotations.NullMarked;
