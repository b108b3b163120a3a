// SPDX-License-Identifier: Apache-2.0

/**
 * Connections, cached statements, the write combiner with its group commit, and the classification
 * of SQLite's errors.
 */
@NullMarked
package dev.holdfast.provider.sqlite.store;

import org.jspecify.annotations.NullMarked;
