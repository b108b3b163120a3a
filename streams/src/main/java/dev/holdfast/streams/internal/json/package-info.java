// SPDX-License-Identifier: Apache-2.0

/** JSON. */
@NullMarked
package dev.holdfast.streams.internal.json;

import org.jspecify.annotations.NullMarked;
