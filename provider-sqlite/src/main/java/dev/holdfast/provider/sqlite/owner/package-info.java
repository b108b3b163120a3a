// SPDX-License-Identifier: Apache-2.0

/**
 * Whose locks are whose: every handle on a file owns a small file beside the database, locked with
 * the operating system as long as the handle is open. The system frees it when the process dies,
 * however it dies, and that is how others learn of it.
 */
@NullMarked
package dev.holdfast.provider.sqlite.owner;

import org.jspecify.annotations.NullMarked;
