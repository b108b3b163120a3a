// SPDX-License-Identifier: Apache-2.0

/** Samples: one short program for each thing that applications do, to run and to copy from. */
@NullMarked
package dev.holdfast.examples.samples;

import org.jspecify.annotations.NullMarked;
