// SPDX-License-Identifier: Apache-2.0

/** Calling the store's functions with arrays of arguments. */
@NullMarked
package dev.holdfast.provider.postgres.call;

import org.jspecify.annotations.NullMarked;
