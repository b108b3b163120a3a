// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Renews locks and gives them back, each in the queue that its token names. */
public final class HeldLocks {

  private HeldLocks() {}

  /** Prolongs the locks that are live and returns their tokens; the others are lost. */
  public static Set<LockToken> renew(WriteTx tx, List<LockToken> tokens, Duration extendFor)
      throws SQLException {
    Set<LockToken> held = new LinkedHashSet<>();
    for (LockToken token : tokens) {
      boolean renewed =
          switch (token) {
            case LockToken.OfInstance instance -> Locks.renew(tx, instance, extendFor);
            case LockToken.OfActivity activity -> WorkerQueue.renew(tx, activity, extendFor);
          };
      if (renewed) {
        held.add(token);
      }
    }
    return held;
  }

  /**
   * Requires a live lock, and changes nothing of it.
   *
   * @throws dev.holdfast.provider.ProviderError.LockLost when it is not live under the token
   */
  public static void requireLive(WriteTx tx, String operation, LockToken token)
      throws SQLException {
    switch (token) {
      case LockToken.OfInstance instance -> Locks.live(tx, operation, instance);
      case LockToken.OfActivity activity -> WorkerQueue.live(tx, operation, activity);
    }
  }

  /** Gives an instance or activity back. */
  public static void abandon(WriteTx tx, String operation, LockToken token, AbandonOptions how)
      throws SQLException {
    switch (token) {
      case LockToken.OfInstance instance -> Locks.abandon(tx, operation, instance, how);
      case LockToken.OfActivity activity -> WorkerQueue.abandon(tx, operation, activity, how);
    }
  }
}
