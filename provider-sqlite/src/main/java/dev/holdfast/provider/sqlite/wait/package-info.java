// SPDX-License-Identifier: Apache-2.0

/** Waiting for work without threads of its own. */
@NullMarked
package dev.holdfast.provider.sqlite.wait;

import org.jspecify.annotations.NullMarked;
