// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.jdbc.state.InboxLoss;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a message stands, by its row. While a transaction writes there is no other one, so it
 * stands there until the commit.
 *
 * @param inbox the number of its inbox
 * @param consumed whether it was consumed
 * @param epoch the last token; of a consumed one the token that consumed it, 0 for none
 * @param until the end of the lock, 0 when it was given back
 */
public record InboxLock(long inbox, boolean consumed, long epoch, long until) {

  /** The number of an inbox. */
  static final String INBOX =
      """
      (SELECT k.inbox_key FROM holdfast_inbox k WHERE k.run_id = ? AND k.step_id = ? AND k.port = ?)\
      """;

  private static final String FIND =
      "SELECT inbox_key, consumed_at IS NOT NULL, lock_epoch, locked_until"
          + " FROM holdfast_inbox_message WHERE inbox_key = "
          + INBOX
          + " AND sequence = ?";

  static @Nullable InboxLock find(Session session, InboxKey key, long sequence)
      throws SQLException {
    return session.first(
        FIND,
        row -> new InboxLock(row.getLong(1), row.getBoolean(2), row.getLong(3), row.getLong(4)),
        key.runId(),
        key.stepId(),
        key.port(),
        sequence);
  }

  static @Nullable InboxLock find(Session session, InboxToken token) throws SQLException {
    return find(session, token.key(), token.sequence());
  }

  /** {@return whether somebody holds it} */
  boolean isHeld(long now) {
    return !consumed && until > now;
  }

  /** {@return whether it is live under a token} */
  boolean isLive(InboxToken token, long now) {
    return isHeld(now) && epoch == token.epoch();
  }

  /** Says why a token does not hold a message. */
  static LockLost lost(String operation, InboxToken token, @Nullable InboxLock lock) {
    InboxLoss loss;
    if (lock == null) {
      loss = InboxLoss.UNKNOWN;
    } else if (lock.consumed()) {
      loss = InboxLoss.CONSUMED;
    } else {
      loss = InboxLoss.of(token, lock.epoch());
    }
    return loss.error(operation, token);
  }

  /**
   * Requires a live lock, and changes nothing of it.
   *
   * @throws LockLost when it is not live under the token
   */
  public static void requireLive(WriteTx tx, String operation, InboxToken token)
      throws SQLException {
    InboxLock lock = find(tx.session(), token);
    if (lock == null || !lock.isLive(token, tx.now())) {
      throw lost(operation, token, lock);
    }
  }
}
