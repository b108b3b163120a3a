// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import org.jspecify.annotations.Nullable;

/**
 * A stored event of a known type has data that this code cannot read: an upcaster is missing, newer
 * code has written it, or the data do not fit (ES-08).
 */
public final class UnreadableEventException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  private final String type;
  private final int schemaVersion;

  /**
   * Creates the exception.
   *
   * @param type the type of the event
   * @param schemaVersion the form that cannot be read
   * @param detail what was wrong, and what to do
   * @param cause the reason, null for none
   */
  public UnreadableEventException(
      String type, int schemaVersion, String detail, @Nullable Throwable cause) {
    super("event type %s, schema version %d: %s".formatted(type, schemaVersion, detail), cause);
    this.type = type;
    this.schemaVersion = schemaVersion;
  }

  /** {@return the type of the event} */
  public String type() {
    return type;
  }

  /** {@return the form that cannot be read} */
  public int schemaVersion() {
    return schemaVersion;
  }
}
