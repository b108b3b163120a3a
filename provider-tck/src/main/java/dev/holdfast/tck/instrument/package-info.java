// SPDX-License-Identifier: Apache-2.0

/**
 * What looks at a provider and its surroundings without judging: recorded calls, what is owed,
 * threads and console, how fast a store is, how values are shown. Knows neither rules nor their
 * words.
 */
@NullMarked
package dev.holdfast.tck.instrument;

import org.jspecify.annotations.NullMarked;
