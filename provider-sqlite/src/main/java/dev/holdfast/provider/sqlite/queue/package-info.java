// SPDX-License-Identifier: Apache-2.0

/**
 * The tables, each with the SQL that reads and writes it, and the operations of both queues on top
 * of them.
 */
@NullMarked
package dev.holdfast.provider.sqlite.queue;

import org.jspecify.annotations.NullMarked;
