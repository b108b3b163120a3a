// SPDX-License-Identifier: Apache-2.0

/** The calls that an engine makes, without an engine. */
@NullMarked
package dev.holdfast.bench.load;

import org.jspecify.annotations.NullMarked;
