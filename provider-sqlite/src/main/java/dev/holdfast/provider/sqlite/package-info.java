// SPDX-License-Identifier: Apache-2.0

/**
 * The SQLite provider. Applications need nothing from here: they name a URL such as {@code
 * sqlite:orders.db} and find the provider through {@link dev.holdfast.provider.Providers}.
 */
@NullMarked
package dev.holdfast.provider.sqlite;

import org.jspecify.annotations.NullMarked;
