// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A turn that was computed before the message was stored that causes it; see {@link
 * TurnHandler#ahead}. The worker calls it as any other turn. It is often closed without having been
 * applied: the store uses a turn ahead only if nothing else has happened to the instance.
 */
public interface AheadTurn extends Turn {

  /** {@return the execution that the engine knows to be the current one; 1 for a start} */
  long onExecutionId();

  /** {@return the last event of that execution that the engine knows, 0 for none} */
  long onLastEventId();

  /**
   * {@return when that event was recorded, by which the instance is told from one that was deleted
   * and started again under its id; null for none}
   */
  @Nullable Instant onLastEventAt();
}
