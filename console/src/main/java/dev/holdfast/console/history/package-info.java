// SPDX-License-Identifier: Apache-2.0

/** What a history says at one of its events. Knows no store. */
@NullMarked
package dev.holdfast.console.history;

import org.jspecify.annotations.NullMarked;
