// SPDX-License-Identifier: Apache-2.0

/** Orders as a shop gets them: a file with one JSON object per line. */
@NullMarked
package dev.holdfast.examples.orders;

import org.jspecify.annotations.NullMarked;
