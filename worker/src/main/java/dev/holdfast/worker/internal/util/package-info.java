// SPDX-License-Identifier: Apache-2.0

/**
 * Small helpers that the worker and the runtime share: threads, back-off, and errors as they are
 * logged. They know neither turns nor activities.
 */
@NullMarked
package dev.holdfast.worker.internal.util;

import org.jspecify.annotations.NullMarked;
