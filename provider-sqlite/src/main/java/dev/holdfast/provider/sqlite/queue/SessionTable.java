// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sessions of activities, and who holds them. */
public final class SessionTable {

  private static final String LEASE =
      "SELECT owner, lease_until FROM holdfast_session WHERE session_id = ?";

  private static final String HELD =
      "SELECT count(*) FROM holdfast_session WHERE owner = ? AND lease_until > ?";

  private static final String TAKE =
      """
      INSERT INTO holdfast_session (session_id, owner, lease_until, used_at) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (session_id) DO UPDATE SET owner = ?2, lease_until = ?3, used_at = ?4
      """;

  private static final String USED =
      "UPDATE holdfast_session SET used_at = ?1 WHERE session_id = ?2 AND lease_until > ?1";

  private static final String RENEW =
      """
      UPDATE holdfast_session
         SET lease_until = max(lease_until, ?1)
       WHERE owner = ?2 AND lease_until > ?3 AND used_at > ?4
      """;

  private static final String RELEASE =
      """
      UPDATE holdfast_session
         SET lease_until = ?1
       WHERE session_id = ?2 AND owner = ?3 AND lease_until > ?1
      """;

  private static final String CLEAN_UP =
      """
      DELETE FROM holdfast_session AS s
       WHERE s.lease_until <= ?
         AND NOT EXISTS (SELECT 1 FROM holdfast_activity a WHERE a.session_id = s.session_id)
      """;

  private static final String NEXT_LEASE_END =
      """
      SELECT lease_until FROM holdfast_session
       WHERE lease_until > ? ORDER BY lease_until LIMIT 1
      """;

  private SessionTable() {}

  private record Lease(String owner, long until) {}

  /**
   * Takes a session for the owner of a claim, or takes it on, if it may have it (SESSION-04,
   * SESSION-15, SESSION-27).
   *
   * @return whether the owner holds it now
   */
  static boolean take(WriteTx tx, SessionClaim claim, String sessionId, long now)
      throws SQLException {
    Session session = tx.session();
    Lease lease =
        session.first(LEASE, row -> new Lease(row.getString(1), row.getLong(2)), sessionId);
    boolean live = lease != null && lease.until() > now;
    long until = StoreTime.plus(now, claim.leaseFor());
    if (live && lease != null) {
      if (!lease.owner().equals(claim.owner())) {
        return false;
      }
      until = Math.max(until, lease.until());
    } else if (!mayHoldMore(session, claim, now)) {
      return false;
    }
    session.update(TAKE, sessionId, claim.owner(), until, now);
    return true;
  }

  /** {@return whether the bound of a claim allows one session more} */
  static boolean mayHoldMore(Session session, SessionClaim claim, long now) throws SQLException {
    Integer most = claim.maxSessions();
    return most == null || Objects.requireNonNull(session.number(HELD, claim.owner(), now)) < most;
  }

  /** Notes that a session was used, if there is one and its lease is live (SESSION-20). */
  static void used(WriteTx tx, @Nullable String sessionId, long now) throws SQLException {
    if (sessionId != null) {
      tx.session().update(USED, now, sessionId);
    }
  }

  /** When the next lease ends, in microseconds since 1970; null for never. */
  static @Nullable Long nextLeaseEnd(Session session, long now) throws SQLException {
    return session.number(NEXT_LEASE_END, now);
  }

  /** See {@link dev.holdfast.provider.feature.Sessions#renewSessions}. */
  public static int renew(WriteTx tx, Set<String> owners, Duration extendFor, Duration idleTimeout)
      throws SQLException {
    long now = tx.now();
    int renewed = 0;
    for (String owner : owners) {
      renewed +=
          tx.session()
              .update(
                  RENEW,
                  StoreTime.plus(now, extendFor),
                  owner,
                  now,
                  StoreTime.plus(now, idleTimeout.negated()));
    }
    return renewed;
  }

  /** See {@link dev.holdfast.provider.feature.Sessions#releaseSession}. */
  public static boolean release(WriteTx tx, String owner, String sessionId) throws SQLException {
    boolean released = tx.session().update(RELEASE, tx.now(), sessionId, owner) > 0;
    if (released) {
      tx.activitiesMayBeReady();
    }
    return released;
  }

  /** See {@link dev.holdfast.provider.feature.Sessions#cleanupSessions}. */
  public static int cleanUp(WriteTx tx) throws SQLException {
    return tx.session().update(CLEAN_UP, tx.now());
  }
}
