// SPDX-License-Identifier: Apache-2.0

/**
 * What rules are written in: stores, handles, turns, samples, expectations, and doing things
 * together. Built on {@code instrument}; knows nothing of JUnit.
 */
@NullMarked
package dev.holdfast.tck.words;

import org.jspecify.annotations.NullMarked;
