// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import java.util.Optional;

/**
 * Turns events into what is stored, and back. {@link EventTypes} does it for records; one of your
 * own may do it for anything. Thread-safe, and a pure function both ways: equal events give equal
 * bytes, or a repeated append is taken for another one.
 *
 * @param <E> what the events are
 */
public interface EventCodec<E> {

  /**
   * Turns an event into what is stored.
   *
   * @param event the event
   * @return type, schema version and data
   * @throws IllegalArgumentException when it is of no type that the codec knows, or cannot be
   *     written
   */
  EncodedEvent encode(E event);

  /**
   * Turns what is stored into an event, upcasting it where it is of an older form.
   *
   * @param stored type, schema version and data
   * @return the event, empty when the codec does not know the type
   * @throws UnreadableEventException when it knows the type and cannot read the event
   */
  Optional<E> decode(EncodedEvent stored);
}
