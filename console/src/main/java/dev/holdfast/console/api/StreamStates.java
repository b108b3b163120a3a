// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import java.util.Optional;

/** States of streams, from the code of an application. Implementations are thread-safe. */
@FunctionalInterface
public interface StreamStates {

  /**
   * Folds the state that a stream had behind one of its events.
   *
   * @param stream the stream, as it is stored
   * @param version the version of that event
   * @return the state; empty when no code knows the stream's category
   * @throws RuntimeException when the code refuses an event; its message is shown
   */
  Optional<Payload> at(StreamId stream, long version);

  /** {@return states of no stream} */
  static StreamStates none() {
    return (stream, version) -> Optional.empty();
  }
}
