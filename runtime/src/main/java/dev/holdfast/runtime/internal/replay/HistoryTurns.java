// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a history into its turns: what was received, then what the code asked for. Turns in which
 * the code asked for nothing run together with the next one, which makes no difference to the code.
 */
final class HistoryTurns {

  private final Iterator<HistoryEntry> history;
  private @Nullable HistoryEntry ahead;
  private long lastId;

  HistoryTurns(Iterator<HistoryEntry> history) {
    this.history = history;
    advance();
  }

  /** {@return the next turn, null at the end} */
  @Nullable Turn next() {
    if (ahead == null) {
      return null;
    }
    List<HistoryEntry> received = new ArrayList<>();
    while (ahead != null && ahead.event() instanceof Event.Received) {
      received.add(ahead);
      advance();
    }
    List<HistoryEntry> commands = new ArrayList<>();
    while (ahead != null && ahead.event() instanceof Event.Command) {
      commands.add(ahead);
      advance();
    }
    return new Turn(received, commands, ahead == null ? lastId + 1 : ahead.id());
  }

  private void advance() {
    ahead = history.hasNext() ? history.next() : null;
    if (ahead != null) {
      lastId = ahead.id();
    }
  }

  /**
   * One turn.
   *
   * @param received what was received
   * @param commands what was asked for
   * @param idAfter the id of the event that follows, or will follow
   */
  record Turn(List<HistoryEntry> received, List<HistoryEntry> commands, long idAfter) {}
}
