// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * What the log says about a row: its value, null when it was removed, and the event that changed it
 * last.
 */
record FoldedRow(String key, @Nullable Payload value, LogPosition changedAt) {

  /** About how many bytes it takes, to bound what is in memory. */
  int size() {
    return key.length() + (value == null ? 0 : value.size());
  }
}
