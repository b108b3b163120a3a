// SPDX-License-Identifier: Apache-2.0

/** Calling the store's functions: alone, or together with whoever calls at the same time. */
@NullMarked
package dev.holdfast.provider.postgres.call;

import org.jspecify.annotations.NullMarked;
