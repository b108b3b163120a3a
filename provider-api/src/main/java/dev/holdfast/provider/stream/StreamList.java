// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the streams of a category.
 *
 * @param streams the streams, by id in code point order (READ-20)
 * @param nextAfterId the id behind which to go on, absent when no stream follows
 */
public record StreamList(List<StreamInfo> streams, @Nullable String nextAfterId) {
  /** Copies the streams. */
  public StreamList {
    streams = List.copyOf(streams);
  }
}
