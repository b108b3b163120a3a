// SPDX-License-Identifier: Apache-2.0

/**
 * The specification as data: the pages of {@code docs/spec}, packaged with the kit and read by it.
 */
@NullMarked
package dev.holdfast.tck.spec;

import org.jspecify.annotations.NullMarked;
