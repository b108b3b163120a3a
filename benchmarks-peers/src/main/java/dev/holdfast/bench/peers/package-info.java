// SPDX-License-Identifier: Apache-2.0

/** Holdfast and another system of its kind do the same work on the same server. */
@NullMarked
package dev.holdfast.bench.peers;

import org.jspecify.annotations.NullMarked;
