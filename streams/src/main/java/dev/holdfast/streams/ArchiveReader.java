// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;
import java.util.Optional;

/**
 * Where events are read that were archived out of the store (ES-17). {@link
 * dev.holdfast.streams.archive.Archive} is one. Thread-safe.
 */
@FunctionalInterface
public interface ArchiveReader {

  /**
   * Reads archived events of a stream.
   *
   * @param stream the stream, as the store has it: a tenant stands before its category
   * @param fromVersion the first version
   * @param throughVersion the last version
   * @param limit the most events
   * @return the events from the first version on, ascending and without gap; fewer than the limit
   *     only when the last version was reached
   */
  List<StreamEvent> read(StreamId stream, long fromVersion, long throughVersion, int limit);

  /**
   * Reads archived events in the order of the log, for what is folded from its beginning (ES-37).
   *
   * @param range which events
   * @return the events, ascending by position; fewer than the limit only when there are no more.
   *     Empty where the archive cannot: then such a fold is refused
   */
  default Optional<List<StreamEvent>> readLog(ArchivedRange range) {
    return Optional.empty();
  }
}
