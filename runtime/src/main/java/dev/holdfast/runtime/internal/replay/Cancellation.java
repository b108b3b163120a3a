// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.internal.event.Event;
import org.jspecify.annotations.Nullable;

/** The request to cancel an instance, and whether its code has been told. */
final class Cancellation {

  private final String instanceId;
  private final Runnable tellRequests;
  private Event.@Nullable CancelRequested request;
  private boolean isHeld;
  private boolean isDue;
  private int shields;

  /**
   * Creates it for an instance that was not asked to cancel.
   *
   * @param tellRequests tells what the code has asked for; may issue commands
   */
  Cancellation(String instanceId, Runnable tellRequests) {
    this.instanceId = instanceId;
    this.tellRequests = tellRequests;
  }

  /** {@return the request, null when there was none} */
  Event.@Nullable CancelRequested request() {
    return request;
  }

  /** Takes the first request; those that follow change nothing. */
  void on(Event.CancelRequested first) {
    if (request == null) {
      request = first;
      if (shields > 0) {
        isHeld = true;
      } else {
        deliver();
      }
    }
  }

  private void deliver() {
    isHeld = false;
    isDue = true;
    tellRequests.run();
  }

  /** {@return whether the code has a reason to go on: it is to be told} */
  boolean wakes() {
    return isDue && shields == 0;
  }

  /** Begins a part of the code that is not to be told. */
  void shield() {
    shields++;
  }

  /** Ends such a part. */
  void unshield() {
    shields--;
  }

  /** {@return whether the request came while the code was shielded, which it is no more} */
  boolean isReleased() {
    return isHeld && shields == 0;
  }

  /** {@return whether the request came while the code was shielded, and has not been delivered} */
  boolean isHeld() {
    return isHeld;
  }

  /** Tells the requests of the code, which is told at its next wait. May issue commands. */
  void release() {
    if (isHeld) {
      deliver();
    }
  }

  /** Tells the code, where it waits. */
  void atWait() {
    if (wakes()) {
      tell();
    }
  }

  /** Tells the code, which asks. */
  void tell() {
    Event.CancelRequested asked = request;
    if (isDue && asked != null) {
      isDue = false;
      throw new OrchestrationCancelledException(instanceId, asked.reason());
    }
  }
}
