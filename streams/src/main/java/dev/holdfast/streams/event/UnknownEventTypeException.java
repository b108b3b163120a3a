// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.provider.stream.StreamId;

/** A stream has an event of a type that is not registered, and the policy is to fail (ES-09). */
public final class UnknownEventTypeException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  private final String type;

  /**
   * Creates the exception.
   *
   * @param stream the stream
   * @param version the version of the event
   * @param type its type
   */
  public UnknownEventTypeException(StreamId stream, long version, String type) {
    super(
        "version %d of stream %s is of type %s, which is not registered; register it, or choose another policy for unknown types"
            .formatted(version, stream, type),
        null);
    this.type = type;
  }

  /** {@return the type that is not registered} */
  public String type() {
    return type;
  }
}
