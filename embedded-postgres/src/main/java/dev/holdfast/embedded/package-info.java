// SPDX-License-Identifier: Apache-2.0

/** A PostgreSQL server that needs nothing installed. */
@NullMarked
package dev.holdfast.embedded;

import org.jspecify.annotations.NullMarked;
