// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.jdbc.row.LockLoss;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Renews the locks of instances and gives them back. */
public final class Locks {

  private Locks() {}

  /** Prolongs a live lock; never shortens it (EXPIRY-05). Returns whether it was live. */
  static boolean renew(WriteTx tx, LockToken.OfInstance token, Duration extendFor)
      throws SQLException {
    long now = tx.now();
    InstanceRow instance = InstanceTable.find(tx.session(), token.instanceId());
    if (instance == null || !instance.isLive(token.epoch(), now)) {
      return false;
    }
    long until = StoreTime.plus(now, extendFor);
    if (until > instance.holdUntil()) {
      InstanceTable.extend(tx.session(), instance, until);
    }
    return true;
  }

  /** Returns an instance under a live lock, or throws {@link LockLost}. */
  static InstanceRow live(WriteTx tx, String operation, LockToken token) throws SQLException {
    InstanceRow instance = InstanceTable.find(tx.session(), token.instanceId());
    if (instance == null || !instance.isLive(token.epoch(), tx.now())) {
      throw lost(operation, token, instance);
    }
    return instance;
  }

  /**
   * Gives an instance back; also after the lock end, while no other worker took it over
   * (EXPIRY-10).
   */
  static void abandon(WriteTx tx, String operation, LockToken token, AbandonOptions how)
      throws SQLException {
    Session session = tx.session();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    if (instance == null || instance.lockEpoch() != token.epoch()) {
      throw lost(operation, token, instance);
    }
    long holdUntil = StoreTime.plus(tx.now(), how.delay());
    Long nextAt =
        instance.known()
            ? MessageTable.nextVisibleAt(session, instance)
            : MessageTable.nextStartAt(session, instance);
    InstanceTable.abandon(
        tx,
        instance,
        holdUntil,
        nextAt == null ? null : Math.max(holdUntil, nextAt),
        how.countDelivery() ? instance.deliveryCount() : Math.max(0, instance.deliveryCount() - 1));
    tx.orchestrationMayBeReady(instance.key());
  }

  /** Says why a token holds no lock. */
  static LockLost lost(String operation, LockToken token, @Nullable InstanceRow instance) {
    LockLoss loss;
    if (instance == null) {
      loss = LockLoss.UNKNOWN;
    } else if (instance.lockEpoch() == token.epoch()) {
      loss = LockLoss.EXPIRED;
    } else if (instance.held()) {
      loss = LockLoss.HELD_BY_NEWER;
    } else {
      loss = LockLoss.RELEASED;
    }
    return loss.error(operation, token);
  }
}
