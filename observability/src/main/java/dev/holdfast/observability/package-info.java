// SPDX-License-Identifier: Apache-2.0

/**
 * For those who run Holdfast: {@linkplain dev.holdfast.observability.HoldfastMetrics metrics} of
 * workers and stores for Micrometer, their {@linkplain dev.holdfast.observability.Health health},
 * and an {@linkplain dev.holdfast.observability.ObservabilityServer endpoint} for both.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.observability;

import org.jspecify.annotations.NullMarked;
