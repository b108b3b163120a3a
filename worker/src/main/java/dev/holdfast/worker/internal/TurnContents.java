// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.worker.TurnOutput;
import org.jspecify.annotations.Nullable;

/** Translates what engines compute into what stores take. */
final class TurnContents {

  private TurnContents() {}

  /** Adds the claim of what the turn schedules, null for none. */
  static TurnContent of(TurnOutput turn, @Nullable EagerActivities eager) {
    return new TurnContent(
        turn.executionId(),
        turn.historyDelta(),
        turn.activities(),
        turn.messages(),
        turn.metadata(),
        turn.cancelledActivities(),
        eager);
  }
}
