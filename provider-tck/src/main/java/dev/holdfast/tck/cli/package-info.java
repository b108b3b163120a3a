// SPDX-License-Identifier: Apache-2.0

/** The command line of the kit. */
@NullMarked
package dev.holdfast.tck.cli;

import org.jspecify.annotations.NullMarked;
