// SPDX-License-Identifier: Apache-2.0

/** What the store itself can do: one-row durable commits, with plain JDBC. */
@NullMarked
package dev.holdfast.bench.floor;

import org.jspecify.annotations.NullMarked;
