// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a history into its turns: what was received, then what the code asked for. Turns in which
 * the code asked for nothing run together with the next one, which makes no difference to the code.
 * What was kept from the code is received when it was shown to it. Of what a retry has undone
 * nothing is left, and the turn in which the last good command was given runs together with the one
 * after the retry: its code goes on behind that command.
 */
final class HistoryTurns {

  private static final long NONE = Long.MAX_VALUE;

  private final Iterator<HistoryEntry> history;
  private final ArrayDeque<HistoryEntry> ahead = new ArrayDeque<>();
  private final List<HistoryEntry> received = new ArrayList<>();
  private final List<HistoryEntry> commands = new ArrayList<>();
  private final List<Arrival> shown = new ArrayList<>();
  private long heldFrom = NONE;
  private long lastId;
  private boolean noRetryBeforeNextGood;

  /** Whether what comes after a retry belongs to this turn, up to what the code asks for. */
  private boolean goesOn;

  private boolean retried;
  private boolean begunAnew;
  private @Nullable Turn held;

  HistoryTurns(Iterator<HistoryEntry> history) {
    this.history = history;
  }

  /** {@return the next turn, null at the end} */
  @Nullable Turn next() {
    received.clear();
    commands.clear();
    shown.clear();
    HistoryEntry next = peek();
    while (next != null) {
      if (isOver(next)) {
        break;
      }
      ahead.remove();
      lastId = next.id();
      take(next);
      next = peek();
    }
    return heldFrom == NONE ? turn() : lastTurns();
  }

  /** {@return whether an event belongs to the next turn} */
  private boolean isOver(HistoryEntry next) {
    return !commands.isEmpty()
        && !(next.event() instanceof Event.Command)
        && !goesOn
        && heldFrom == NONE
        && !isRetriedAhead();
  }

  private void take(HistoryEntry next) {
    switch (next.event()) {
      case Event.Received event -> received.add(next);
      case Event.Command command -> {
        commands.add(next);
        goesOn &= heldFrom != NONE;
        noRetryBeforeNextGood &= isTakenBack(command);
      }
      case Event.Held hold -> {
        heldFrom = Math.min(heldFrom, hold.heldFrom());
        begunAnew |= hold instanceof Event.Prepared && !retried;
      }
      case Event.Retried retry -> {
        retried = true;
        received.removeIf(retry::undoes);
        commands.removeIf(retry::undoes);
        heldFrom = retry.lastGood() + 1;
        goesOn = true;
      }
      case Event.Resumed resumed -> show(next.at());
    }
  }

  /** Orders what was received so far by when the code has seen it. */
  private void show(Instant resumedAt) {
    for (HistoryEntry one : received) {
      shown.add(new Arrival(one, one.id() < heldFrom ? one.at() : resumedAt));
    }
    received.clear();
    heldFrom = NONE;
  }

  private @Nullable Turn turn() {
    received.forEach(one -> shown.add(new Arrival(one, one.at())));
    if (shown.isEmpty() && commands.isEmpty()) {
      return null;
    }
    HistoryEntry next = peek();
    return new Turn(shown, commands, next == null ? lastId + 1 : next.id());
  }

  /** At the end of a history that ends while something is kept. */
  private @Nullable Turn lastTurns() {
    List<Arrival> kept = new ArrayList<>();
    boolean together = !commands.isEmpty();
    if (together) {
      kept.addAll(shown);
      shown.clear();
    }
    for (HistoryEntry one : received) {
      if (one.id() >= heldFrom) {
        kept.add(new Arrival(one, null));
      } else {
        (together ? kept : shown).add(new Arrival(one, one.at()));
      }
    }
    held = new Turn(kept, together ? commands : List.of(), lastId + 1);
    heldFrom = NONE;
    return shown.isEmpty() ? null : new Turn(shown, List.of(), lastId + 1);
  }

  /** {@return what is kept at the end of the history, null for nothing; known at its end} */
  @Nullable Turn held() {
    return held;
  }

  /** {@return whether the execution was begun anew and has nothing of earlier ones} */
  boolean isBegunAnew() {
    return begunAnew;
  }

  /** {@return the id of the last event; known at the end} */
  long lastId() {
    return lastId;
  }

  /** {@return whether there is a retry before code has asked for anything further} */
  private boolean isRetriedAhead() {
    if (noRetryBeforeNextGood) {
      return false;
    }
    for (HistoryEntry one : ahead) {
      if (one.event() instanceof Event.Retried) {
        return true;
      }
      if (one.event() instanceof Event.Command command && !isTakenBack(command)) {
        noRetryBeforeNextGood = true;
        return false;
      }
    }
    while (history.hasNext()) {
      HistoryEntry one = history.next();
      ahead.add(one);
      if (one.event() instanceof Event.Retried) {
        return true;
      }
      if (one.event() instanceof Event.Command command && !isTakenBack(command)) {
        break;
      }
    }
    noRetryBeforeNextGood = true;
    return false;
  }

  /** {@return whether a command may be undone by a retry, the end included} */
  private static boolean isTakenBack(Event.Command command) {
    return command instanceof Event.Terminal
        || command instanceof Event.ActivityCancelled
        || command instanceof Event.TimerCancelled
        || command instanceof Event.ChildCancelled;
  }

  private @Nullable HistoryEntry peek() {
    if (ahead.isEmpty() && history.hasNext()) {
      ahead.add(history.next());
    }
    return ahead.peek();
  }

  /**
   * Something that was received.
   *
   * @param entry what, and when it was recorded
   * @param at when the code has seen it, null for with the turn that comes
   */
  record Arrival(HistoryEntry entry, @Nullable Instant at) {}

  /**
   * One turn.
   *
   * @param received what was received
   * @param commands what was asked for
   * @param idAfter the id of the event that follows, or will follow
   */
  record Turn(List<Arrival> received, List<HistoryEntry> commands, long idAfter) {
    /** Copies the lists. */
    Turn {
      received = List.copyOf(received);
      commands = List.copyOf(commands);
    }
  }
}
