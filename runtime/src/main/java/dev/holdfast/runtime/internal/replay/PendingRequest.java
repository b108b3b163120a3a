// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.event.Event;

/** Something an execution asked for and has no result of yet. */
sealed interface PendingRequest permits ActivityCall, ChildCall, TimerWait {

  /** Takes the result. */
  void on(Event.Received answer);

  /** Takes note that the instance was asked to cancel. */
  void onCancelRequested();
}
