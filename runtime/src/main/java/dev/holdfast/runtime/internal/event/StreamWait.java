// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;

/**
 * Which event of a stream an execution waits for: the input of the activity that waits. Component
 * names are part of the stored form: add, never rename.
 *
 * @param after the version behind which it lies
 * @param types its type is one of these; empty for any
 */
public record StreamWait(String category, String stream, long after, List<String> types) {

  /** The name of the activity that waits. */
  public static final String ACTIVITY = "holdfast.stream-event";

  /** Copies the types. */
  public StreamWait {
    types = List.copyOf(types);
  }

  /** {@return the stream} */
  public StreamId id() {
    return new StreamId(category, stream);
  }

  /** {@return whether it is this event, of the stream} */
  public boolean isFor(StreamEvent event) {
    return event.version() > after && (types.isEmpty() || types.contains(event.content().type()));
  }
}
