// SPDX-License-Identifier: Apache-2.0

/**
 * Traces of orchestrations, graphs and events for OpenTelemetry. Start at {@link
 * dev.holdfast.observability.tracing.OpenTelemetryTracing}.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.observability.tracing;

import org.jspecify.annotations.NullMarked;
