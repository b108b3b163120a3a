// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.event.EventSourcingException;

/** A migration does not go to a phase; nothing was changed (ES-34, ES-35). */
public final class SwitchRefusedException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  private final Phase from;
  private final Phase to;

  SwitchRefusedException(String migration, Phase from, Phase to, String why) {
    super(
        "migration %s stays %s and does not go to %s: %s".formatted(migration, from, to, why),
        null);
    this.from = from;
    this.to = to;
  }

  /** {@return the phase that it is in} */
  public Phase from() {
    return from;
  }

  /** {@return the phase that was asked for} */
  public Phase to() {
    return to;
  }
}
