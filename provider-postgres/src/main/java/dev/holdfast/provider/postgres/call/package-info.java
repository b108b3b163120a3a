// SPDX-License-Identifier: Apache-2.0

/** Calling the store's functions: alone, or together with callers of the same moment. */
@NullMarked
package dev.holdfast.provider.postgres.call;

import org.jspecify.annotations.NullMarked;
