// SPDX-License-Identifier: Apache-2.0

/** The commands, a class each. */
@NullMarked
package dev.holdfast.cli.command;

import org.jspecify.annotations.NullMarked;
