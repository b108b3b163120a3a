// SPDX-License-Identifier: Apache-2.0

/** A store in a browser: one process that serves a page and what the page asks. */
@NullMarked
package dev.holdfast.console;

import org.jspecify.annotations.NullMarked;
