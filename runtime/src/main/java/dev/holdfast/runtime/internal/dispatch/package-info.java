// SPDX-License-Identifier: Apache-2.0

/** Fetching work, keeping its locks, processing it, acking it. */
@NullMarked
package dev.holdfast.runtime.internal.dispatch;

import org.jspecify.annotations.NullMarked;
