// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.TurnContent;
import java.util.List;

/**
 * A turn that needs no code.
 *
 * @param what what it does
 * @param alternatives what it stores; the first one that the store does not reject counts
 * @param reason why, for people; empty when nobody said
 */
public record ControlTurn(What what, List<TurnContent> alternatives, String reason) {

  /** What a turn does. */
  public enum What {
    /** Suspends the instance. */
    SUSPEND,
    /** Keeps what a suspended instance has received. */
    KEEP,
    /** Ends the instance. */
    TERMINATE,
    /** Begins the next execution of an ended instance. */
    RESTART,
    /** Has a failed execution go on. */
    RETRY
  }

  /** Copies the list. */
  public ControlTurn {
    alternatives = List.copyOf(alternatives);
  }

  /** {@return whether an instance that had ended goes on} */
  public boolean goesOn() {
    return what == What.RESTART || what == What.RETRY;
  }
}
