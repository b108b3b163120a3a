// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The custom status of an instance when it was read.
 *
 * @param value the value that its code has set; null when it has set none, or has cleared it
 * @param version how many turns have set or cleared it so far; 0 before the first
 */
public record CustomStatusValue(@Nullable EncodedValue value, long version) {}
