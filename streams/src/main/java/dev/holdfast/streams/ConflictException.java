// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.worker.internal.util.Texts;

/**
 * A command was decided so often as is allowed, and each time somebody else had appended meanwhile
 * (ES-02). Nothing was appended; it may be executed again.
 */
public final class ConflictException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  private final int attempts;

  /**
   * Creates the exception.
   *
   * @param stream the stream
   * @param attempts how often the command was decided
   * @param cause the last conflict
   */
  public ConflictException(StreamId stream, int attempts, Throwable cause) {
    super(
        "the command was decided %s, and stream %s had moved on each time; execute it again, or raise maxAttempts"
            .formatted(Texts.count(attempts, "time"), stream),
        cause);
    this.attempts = attempts;
  }

  /** {@return how often the command was decided} */
  public int attempts() {
    return attempts;
  }
}
