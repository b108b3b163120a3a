// SPDX-License-Identifier: Apache-2.0

/** The kit's own tests: that it passes a right provider, and that it bites. */
@NullMarked
package dev.holdfast.tck.selftest;

import org.jspecify.annotations.NullMarked;
