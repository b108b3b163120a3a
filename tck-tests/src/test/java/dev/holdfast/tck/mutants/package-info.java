// SPDX-License-Identifier: Apache-2.0

/**
 * Providers and fixtures that are broken in one way each, and the proof that the kit notices every
 * one of them.
 */
@NullMarked
package dev.holdfast.tck.mutants;

import org.jspecify.annotations.NullMarked;
