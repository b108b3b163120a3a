// SPDX-License-Identifier: Apache-2.0

/** The store that a command works on: its URL, its password, its handle. */
@NullMarked
package dev.holdfast.cli.store;

import org.jspecify.annotations.NullMarked;
