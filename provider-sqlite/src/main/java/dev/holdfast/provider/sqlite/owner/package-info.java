// SPDX-License-Identifier: Apache-2.0

/**
 * The owners of locks: every handle on a database has a small file beside it, locked with the
 * operating system as long as the handle is open. The system frees that lock when the process dies,
 * however it dies, and so other processes learn of its death.
 */
@NullMarked
package dev.holdfast.provider.sqlite.owner;

import org.jspecify.annotations.NullMarked;
