// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.util.ArrayList;
import java.util.List;

/** The part of a history that counts: without what a retry has undone. */
final class Effective {

  private Effective() {}

  static List<HistoryEntry> of(Iterable<HistoryEntry> history) {
    List<HistoryEntry> effective = new ArrayList<>();
    for (HistoryEntry recorded : history) {
      if (recorded.event() instanceof Event.Retried retried) {
        effective.removeIf(retried::undoes);
      }
      effective.add(recorded);
    }
    return effective;
  }
}
