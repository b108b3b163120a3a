// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventSourcingException;

/** A stream was asked for that has no events (ES-15). */
public final class NoSuchStreamException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param stream the stream
   */
  public NoSuchStreamException(StreamId stream) {
    super("stream %s has no events".formatted(stream), null);
  }
}
