// SPDX-License-Identifier: Apache-2.0

/** Creating, migrating and checking the tables. */
@NullMarked
package dev.holdfast.provider.sqlite.schema;

import org.jspecify.annotations.NullMarked;
