// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import dev.holdfast.runtime.DataConverter;
import java.time.Duration;

/**
 * What a worker is set to; checked by the builder.
 *
 * @param maxConcurrentTurns how many turns run at once
 * @param maxConcurrentActivities how many activities run at once
 * @param lockFor how long work is locked, and by how much it is renewed
 * @param cacheSize how many parked executions are kept
 * @param maxDeliveries after how many deliveries without a result work is poison
 * @param retryFirst the first back-off of work that cannot be done here now
 * @param retryMax the longest such back-off
 * @param failUnrunnable whether work that no worker can run counts as delivered, and ends
 * @param closeGrace how long closing waits for what is under way
 * @param blockedAfter how long code of orchestrations may run before it counts as blocked
 * @param converter how values are encoded
 */
public record Settings(
    int maxConcurrentTurns,
    int maxConcurrentActivities,
    Duration lockFor,
    int cacheSize,
    int maxDeliveries,
    Duration retryFirst,
    Duration retryMax,
    boolean failUnrunnable,
    Duration closeGrace,
    Duration blockedAfter,
    DataConverter converter) {

  /** How long a fetch waits for work before it asks again. */
  public static final Duration FETCH_WAIT = Duration.ofSeconds(5);

  /** The back-off before a delivery is repeated: doubled with each, up to the longest. */
  public Duration retryDelay(int attemptCount) {
    Duration delay = retryFirst;
    for (int i = 1; i < attemptCount && delay.compareTo(retryMax) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(retryMax) > 0 ? retryMax : delay;
  }
}
