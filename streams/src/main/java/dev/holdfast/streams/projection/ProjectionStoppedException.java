// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.worker.internal.util.Texts;

/** A projection could not handle an event, and its policy says to stop (ES-22). */
public final class ProjectionStoppedException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param projection the projection
   * @param event the event, in words
   * @param attempts how often it was tried
   * @param cause what the handler threw
   */
  public ProjectionStoppedException(
      String projection, String event, int attempts, Throwable cause) {
    super(
        "projection %s stopped at %s after %s: %s; correct the handler, or park the event"
            .formatted(projection, event, Texts.count(attempts, "attempt"), cause),
        cause);
  }
}
