// SPDX-License-Identifier: Apache-2.0

/** What the page asks and does, as JSON. It reads the features of a store and nothing else. */
@NullMarked
package dev.holdfast.console.api;

import org.jspecify.annotations.NullMarked;
