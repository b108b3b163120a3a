// SPDX-License-Identifier: Apache-2.0

/** This provider with one SQL statement broken, and the proof that the kit notices it. */
@NullMarked
package dev.holdfast.provider.sqlite.mutants;

import org.jspecify.annotations.NullMarked;
