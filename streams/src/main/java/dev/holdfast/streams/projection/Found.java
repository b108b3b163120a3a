// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;

/** A stored row: its value, null for none, and its version, 0 for none. */
record Found(@Nullable Payload value, long version) {}
