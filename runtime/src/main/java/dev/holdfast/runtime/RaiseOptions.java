// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How an event is raised. Immutable.
 *
 * @param messageId what tells this event from others to the same instance, up to 240 characters, so
 *     that it is raised once however often this is repeated; null for an event of its own each time
 * @param waitsForStart whether the event waits for an instance that was not started yet, for as
 *     long as that takes; otherwise it is refused
 */
public record RaiseOptions(@Nullable String messageId, boolean waitsForStart) {

  private static final RaiseOptions DEFAULTS = new RaiseOptions(null, false);

  /** {@return an event of its own, to an instance that was started} */
  public static RaiseOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these options with a message id.
   *
   * @param messageId what tells this event from others to the same instance, null for nothing
   * @return new options
   */
  public RaiseOptions withMessageId(@Nullable String messageId) {
    return new RaiseOptions(messageId, waitsForStart);
  }

  /** {@return these options for an instance that may be started later} */
  public RaiseOptions waitingForStart() {
    return new RaiseOptions(messageId, true);
  }
}
