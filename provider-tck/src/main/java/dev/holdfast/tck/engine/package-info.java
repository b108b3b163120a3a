// SPDX-License-Identifier: Apache-2.0

/** Runs the rules from a program, without a build tool. */
@NullMarked
package dev.holdfast.tck.engine;

import org.jspecify.annotations.NullMarked;
