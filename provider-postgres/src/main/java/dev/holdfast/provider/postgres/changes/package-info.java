// SPDX-License-Identifier: Apache-2.0

/** Changes that are stored with acks or alone, and the fences that are shown with them. */
@NullMarked
package dev.holdfast.provider.postgres.changes;

import org.jspecify.annotations.NullMarked;
