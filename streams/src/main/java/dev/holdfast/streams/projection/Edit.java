// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.RowChange;
import org.jspecify.annotations.Nullable;

/** A row that is to change, if it is still at the version that was read: null is no row. */
record Edit(String key, @Nullable Payload value, long seen) {

  RowChange change() {
    return value == null ? new RowChange.Remove(key, seen) : new RowChange.Put(key, value, seen);
  }
}
