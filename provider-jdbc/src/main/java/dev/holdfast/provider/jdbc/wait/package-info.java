// SPDX-License-Identifier: Apache-2.0

/** Fetches that wait for work without threads of their own. */
@NullMarked
package dev.holdfast.provider.jdbc.wait;

import org.jspecify.annotations.NullMarked;
