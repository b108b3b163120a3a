// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.Preview;
import dev.holdfast.provider.RuntimeVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why an instance is, or is not, moving: facts, all of one moment (ADMIN-24 to ADMIN-27).
 *
 * @param lockedUntil the end of its live lock, absent when it is not locked
 * @param deliveryCount deliveries since its last applied ack
 * @param waitingMessages messages in its queue
 * @param deliverableMessages how many of them are visible and not held back
 * @param nextVisibleAt when the next of the others becomes deliverable, absent when there is none
 * @param pinnedVersion the runtime version that its current execution is pinned to, absent when it
 *     is not
 * @param missingStart true when messages wait for a start that has not come
 * @param oldestActivity its oldest waiting activity, absent when it has none
 */
@Preview
public record InstanceFacts(
    @Nullable Instant lockedUntil,
    int deliveryCount,
    long waitingMessages,
    long deliverableMessages,
    @Nullable Instant nextVisibleAt,
    @Nullable RuntimeVersion pinnedVersion,
    boolean missingStart,
    @Nullable ActivityFacts oldestActivity) {

  /**
   * A waiting activity (ADMIN-26).
   *
   * @param identity instance, execution and activity id
   * @param name its name
   * @param since when it was scheduled
   * @param deliveryCount its deliveries
   * @param lockedUntil the end of its live lock, absent when it is not locked
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
      @Nullable Instant lockedUntil,
      @Nullable String tag,
      @Nullable String sessionId,
      @Nullable String sessionOwner,
      @Nullable Instant sessionLeaseUntil) {}
}
