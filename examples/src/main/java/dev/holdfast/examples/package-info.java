// SPDX-License-Identifier: Apache-2.0

/** Programs that show Holdfast at work. */
@NullMarked
package dev.holdfast.examples;

import org.jspecify.annotations.NullMarked;
