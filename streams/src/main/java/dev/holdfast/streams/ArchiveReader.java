// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;

/** Where events are read that were archived out of the store (ES-17). Thread-safe. */
@FunctionalInterface
public interface ArchiveReader {

  /**
   * Reads archived events of a stream.
   *
   * @param stream the stream
   * @param fromVersion the first version
   * @param throughVersion the last version
   * @param limit the most events
   * @return the events from the first version on, ascending and without gap; fewer than the limit
   *     only when the last version was reached
   */
  List<StreamEvent> read(StreamId stream, long fromVersion, long throughVersion, int limit);
}
