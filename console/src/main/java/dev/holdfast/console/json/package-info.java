// SPDX-License-Identifier: Apache-2.0

/** JSON of answers, and payloads that may have to be hidden. */
@NullMarked
package dev.holdfast.console.json;

import org.jspecify.annotations.NullMarked;
