// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventSourcingException;

/**
 * A command was given to a stream that is set aside from an event of unknown type on (ES-09).
 * Register the type, or invalidate the event.
 */
public final class ParkedStreamException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param stream the stream
   * @param parked from where on it is set aside
   */
  public ParkedStreamException(StreamId stream, ParkedStream parked) {
    super(
        "stream %s is set aside from version %d on, which is of type %s and not registered; register the type or invalidate the event"
            .formatted(stream, parked.version(), parked.type()),
        null);
  }
}
