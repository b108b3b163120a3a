// SPDX-License-Identifier: Apache-2.0

/** The specification and its readers. */
@NullMarked
package dev.holdfast.tck.spec;

import org.jspecify.annotations.NullMarked;
