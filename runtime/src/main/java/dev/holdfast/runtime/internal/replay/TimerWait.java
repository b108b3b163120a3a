// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.internal.event.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A timer that the code set. */
final class TimerWait implements PendingRequest {

  private final PendingRequests work;
  private final Promise<@Nullable Void> promise;
  private long id;

  TimerWait(ExecutionScope gate, PendingRequests work) {
    this.work = work;
    this.promise =
        new Promise<@Nullable Void>(gate, () -> work.takeBack(id, new Event.TimerCancelled(id)));
  }

  DurableFuture<@Nullable Void> set(Instant fireAt) {
    id = work.ask(new Event.TimerCreated(fireAt), this).id();
    return promise;
  }

  @Override
  public void on(Event.Received answer) {
    promise.settle(() -> null);
  }

  @Override
  public void onCancelRequested() {
    // It costs nothing, and code that compensates may be counting on it.
  }
}
