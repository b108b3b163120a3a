// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.sqlite.queue.HeldLocks;
import dev.holdfast.provider.sqlite.state.InboxLock;
import dev.holdfast.provider.sqlite.state.SqliteLeaseRows;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import java.sql.SQLException;

/**
 * Decides whether a fence holds. While a transaction writes, no other one takes anything over, so
 * the decision stands until the commit (CHANGE-11).
 */
public final class Fences {

  private Fences() {}

  /**
   * Requires a live fence, and changes nothing of it (CHANGE-10).
   *
   * @throws LockLost when it is not live
   */
  public static void requireLive(WriteTx tx, String operation, Fence fence) throws SQLException {
    switch (fence) {
      case LockToken lock -> HeldLocks.requireLive(tx, operation, lock);
      case LeaseToken lease -> SqliteLeaseRows.requireLive(tx, operation, lease);
      case InboxToken message -> InboxLock.requireLive(tx, operation, message);
    }
  }
}
