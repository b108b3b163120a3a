// SPDX-License-Identifier: Apache-2.0

/** Migrations: their files, and what a store must have recorded of them. */
@NullMarked
package dev.holdfast.provider.jdbc.schema;

import org.jspecify.annotations.NullMarked;
