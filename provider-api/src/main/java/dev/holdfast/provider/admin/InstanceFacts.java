// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.RuntimeVersion;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why an instance is, or is not, moving: facts, all of one moment (ADMIN-24 to ADMIN-27). {@link
 * #standing()} sums them up.
 *
 * @param executionId the current execution; 0 while no ack was applied
 * @param status the status of the current execution, absent while no ack was applied
 * @param lock its live lock, absent when it is not locked; a lock that has ended is none
 * @param heldUntil the end of the delay of an abandon, absent when none keeps it back
 * @param deliveryCount deliveries since its last applied ack
 * @param waitingMessages messages in its queue
 * @param deliverableMessages how many of them a fetch would deliver if the instance is not locked:
 *     they are visible, no delay of an abandon keeps them back, and the instance is known or has a
 *     visible start
 * @param nextVisibleAt when the next of the others becomes visible, or the delay ends that keeps
 *     visible ones back; absent when there is none
 * @param pinnedVersion the runtime version that its current execution is pinned to, absent when it
 *     is not
 * @param missingStart true when messages wait and no start has come, neither one that is due nor
 *     one that is due later
 * @param pendingActivities activities in the worker queue
 * @param oldestActivity the oldest of them in insertion order, absent when there is none
 * @param problems what workers have reported of it, as in {@link InstanceDescription#problems()}
 */
public record InstanceFacts(
    long executionId,
    @Nullable ExecutionStatus status,
    @Nullable LockFacts lock,
    @Nullable Instant heldUntil,
    int deliveryCount,
    long waitingMessages,
    long deliverableMessages,
    @Nullable Instant nextVisibleAt,
    @Nullable RuntimeVersion pinnedVersion,
    boolean missingStart,
    long pendingActivities,
    @Nullable ActivityFacts oldestActivity,
    List<InstanceDescription.Problem> problems) {

  /** Copies the list. */
  public InstanceFacts {
    problems = List.copyOf(problems);
  }

  /** What an instance is waiting for, the nearest reason first. */
  public enum Standing {
    /** A worker holds it, see {@link #lock()}. */
    LOCKED,
    /** Messages wait for a start that nobody has sent. */
    MISSING_START,
    /** It is deliverable: the next fetch that serves its code, and its pin, takes it. */
    READY,
    /** The delay of an abandon keeps it back, see {@link #heldUntil()}. */
    HELD_BACK,
    /** The current execution has ended, and no message is deliverable that could change it. */
    ENDED,
    /** An activity is queued or being executed, see {@link #oldestActivity()}. */
    WAITING_FOR_ACTIVITY,
    /** A message becomes visible later: a timer, or a start that is due then. */
    WAITING_FOR_TIMER,
    /** It runs and nothing is queued: an event, or the end of a child, has to come. */
    WAITING_FOR_EVENT
  }

  /** {@return what it is waiting for, as the other parts say} */
  public Standing standing() {
    if (lock != null) {
      return Standing.LOCKED;
    }
    if (missingStart) {
      return Standing.MISSING_START;
    }
    if (deliverableMessages > 0) {
      return Standing.READY;
    }
    if (heldUntil != null) {
      return Standing.HELD_BACK;
    }
    if (hasEnded()) {
      return Standing.ENDED;
    }
    if (oldestActivity != null) {
      return Standing.WAITING_FOR_ACTIVITY;
    }
    return waitingMessages > 0 ? Standing.WAITING_FOR_TIMER : Standing.WAITING_FOR_EVENT;
  }

  /** After continue-as-new the successor's start is queued, possibly with a due time. */
  private boolean hasEnded() {
    return status != null
        && status.isEnded()
        && (status != ExecutionStatus.CONTINUED_AS_NEW || waitingMessages == 0);
  }

  /** {@return the end of its live lock, null when it is not locked} */
  public @Nullable Instant lockedUntil() {
    return lock == null ? null : lock.until();
  }

  /**
   * A waiting activity (ADMIN-26).
   *
   * @param identity instance, execution and activity id
   * @param name its name
   * @param since when it was scheduled
   * @param deliveryCount its deliveries
   * @param lock its live lock, absent when it is not locked
   * @param heldUntil the end of the delay of an abandon, absent when none keeps it back
   * @param tag its tag, absent when it has none
   * @param sessionId its session, absent when it has none
   * @param sessionOwner the owner that holds the session, absent when none does
   * @param sessionLeaseUntil the end of that owner's lease, absent when there is none
   */
  public record ActivityFacts(
      ActivityIdentity identity,
      String name,
      Instant since,
      int deliveryCount,
      @Nullable LockFacts lock,
      @Nullable Instant heldUntil,
      @Nullable String tag,
      @Nullable String sessionId,
      @Nullable String sessionOwner,
      @Nullable Instant sessionLeaseUntil) {

    /** Checks the parts. */
    public ActivityFacts {
      Objects.requireNonNull(identity, "identity");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(since, "since");
    }
  }
}
