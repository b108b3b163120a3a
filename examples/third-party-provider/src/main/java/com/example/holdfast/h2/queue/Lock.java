// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;

/**
 * The lock of an instance or activity as it is stored. The epoch stays after the lock was given
 * back, and the end stays after it has passed, so that it takes all three to be live.
 *
 * @param epoch the number of the latest acquisition, 0 for none
 * @param held whether it was neither acked nor abandoned since
 * @param end when it ends by itself
 */
record Lock(long epoch, boolean held, long end) {

  /** Whether a token holds it now; at its end it belongs to the next. */
  boolean isLive(Tx tx, LockToken token) {
    return held && epoch == token.epoch() && end > tx.now();
  }

  /** Requires that nobody took over; the end may have passed. */
  static void requireCurrent(Tx tx, LockToken token, Lock lock) {
    if (lock == null || !lock.held || lock.epoch != token.epoch()) {
      throw new LockLost(tx.operation(), token, "it was released, taken over or never given out");
    }
  }

  /** Requires that the lock has not ended either; at its end it belongs to the next. */
  static void requireLive(Tx tx, LockToken token, Lock lock) {
    requireCurrent(tx, token, lock);
    if (lock.end <= tx.now()) {
      throw new LockLost(tx.operation(), token, "it has expired");
    }
  }
}
