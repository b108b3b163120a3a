// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ActivityTask;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A queued activity. Guarded by the store's lock. */
final class ActivityState {

  final ActivityTask task;
  final long number;
  final LockState lock = new LockState();
  boolean corrupt;

  /** Why it does not move. */
  @Nullable ReportedProblem problem;

  private final Instant scheduledAt;

  ActivityState(ActivityTask task, long number, Instant scheduledAt) {
    this.task = task;
    this.number = number;
    this.scheduledAt = scheduledAt;
  }

  Instant scheduledAt() {
    return scheduledAt;
  }

  /** Since when it is ready, given that it is free. */
  Instant readySince() {
    return lock.freeFrom().isAfter(scheduledAt) ? lock.freeFrom() : scheduledAt;
  }

  long number() {
    return number;
  }
}
