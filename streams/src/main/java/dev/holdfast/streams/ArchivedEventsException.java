// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventSourcingException;

/**
 * Events that the answer needs were archived out of the store, and there is no archive to read them
 * from (ES-17). Give one with {@link EventSourcing.Builder#archive}.
 */
public final class ArchivedEventsException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param stream the stream
   * @param detail what is missing
   */
  public ArchivedEventsException(StreamId stream, String detail) {
    super("stream %s: %s".formatted(stream, detail), null);
  }
}
