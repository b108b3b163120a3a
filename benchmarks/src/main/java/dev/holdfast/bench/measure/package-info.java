// SPDX-License-Identifier: Apache-2.0

/** Closed loops, latencies and medians; knows no store. */
@NullMarked
package dev.holdfast.bench.measure;

import org.jspecify.annotations.NullMarked;
