// SPDX-License-Identifier: Apache-2.0

/** The schema of a store: its name, and how it is created, migrated and checked. */
@NullMarked
package dev.holdfast.provider.postgres.schema;

import org.jspecify.annotations.NullMarked;
