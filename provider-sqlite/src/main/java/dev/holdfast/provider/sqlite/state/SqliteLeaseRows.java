// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.jdbc.state.LeaseLoss;
import dev.holdfast.provider.jdbc.state.LeaseRows;
import dev.holdfast.provider.jdbc.state.Renewal;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.LeasePlace;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of leases in one file. All of it waits for the disk: a token may have been shown to
 * other systems, which outlive a power cut (LEASE-04). Thread-safe.
 */
public final class SqliteLeaseRows implements LeaseRows {

  private static final String LEASE =
      "SELECT name, holder, acquired_at, lease_until, epoch FROM holdfast_lease WHERE name = ?";

  private static final String TAKE =
      """
      INSERT INTO holdfast_lease (name, holder, epoch, acquired_at, lease_until)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (name) DO UPDATE SET holder = ?2, epoch = ?3, acquired_at = ?4, lease_until = ?5
      """;

  private static final String EXTEND = "UPDATE holdfast_lease SET lease_until = ? WHERE name = ?";

  private static final String RELEASE =
      "DELETE FROM holdfast_lease WHERE name = ? AND epoch = ? AND lease_until > ?";

  private static final String EXPIRED =
      """
      SELECT name, holder, acquired_at, lease_until
        FROM holdfast_lease
       WHERE lease_until <= ?1 AND (lease_until, name) > (?2, ?3)
       ORDER BY lease_until, name
       LIMIT ?4
      """;

  private static final String CLEAN_UP =
      """
      DELETE FROM holdfast_lease
       WHERE name IN (SELECT name FROM holdfast_lease
                       WHERE lease_until < ?
                       ORDER BY lease_until, name
                       LIMIT ?)
      """;

  private final Database database;

  /** Creates it. */
  public SqliteLeaseRows(Database database) {
    this.database = database;
  }

  private record Row(LeaseInfo lease, long epoch, long until) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(lease(row), row.getLong(5), row.getLong(4));
    }

    static LeaseInfo lease(ResultSet row) throws SQLException {
      return new LeaseInfo(
          row.getString(1),
          row.getString(2),
          StoreTime.fromMicros(row.getLong(3)),
          StoreTime.fromMicros(row.getLong(4)));
    }
  }

  private static @Nullable Row find(Session session, String name) throws SQLException {
    return session.first(LEASE, Row::of, name);
  }

  @Override
  public LeaseAnswer acquire(String operation, String name, String holder, Duration leaseFor) {
    return database.write(operation, tx -> acquire(tx, name, holder, leaseFor));
  }

  private static LeaseAnswer acquire(WriteTx tx, String name, String holder, Duration leaseFor)
      throws SQLException {
    long now = tx.now();
    Row row = find(tx.session(), name);
    if (row != null && row.until() > now) {
      return new LeaseAnswer.Held(row.lease());
    }
    long epoch = tx.next();
    long until = StoreTime.plus(now, leaseFor);
    tx.session().update(TAKE, name, holder, epoch, now, until);
    return new LeaseAnswer.Acquired(
        new LeaseToken(name, epoch),
        new LeaseInfo(name, holder, StoreTime.fromMicros(now), StoreTime.fromMicros(until)));
  }

  @Override
  public List<Renewal> renew(String operation, List<LeaseToken> tokens, Duration extendFor) {
    database.checkOpen(operation);
    if (tokens.isEmpty()) {
      return List.of();
    }
    return database.renew(
        operation,
        tx -> {
          List<Renewal> renewals = new ArrayList<>();
          for (LeaseToken token : tokens) {
            renewals.add(renew(tx, token, extendFor));
          }
          return renewals;
        });
  }

  private static Renewal renew(WriteTx tx, LeaseToken token, Duration extendFor)
      throws SQLException {
    long now = tx.now();
    Row row = find(tx.session(), token.name());
    if (row == null) {
      return new Renewal.Lost(LeaseLoss.UNKNOWN);
    }
    if (row.epoch() != token.epoch() || row.until() <= now) {
      return new Renewal.Lost(LeaseLoss.of(token, row.epoch()));
    }
    LeaseInfo lease = row.lease();
    long until = StoreTime.plus(now, extendFor);
    if (until <= row.until()) {
      return new Renewal.Kept(lease);
    }
    tx.session().update(EXTEND, until, token.name());
    return new Renewal.Kept(
        new LeaseInfo(
            lease.name(), lease.holder(), lease.acquiredAt(), StoreTime.fromMicros(until)));
  }

  /**
   * Requires a live lease, and changes nothing of it.
   *
   * @throws dev.holdfast.provider.ProviderError.LockLost when it is not live under the token
   */
  public static void requireLive(WriteTx tx, String operation, LeaseToken token)
      throws SQLException {
    Row row = find(tx.session(), token.name());
    if (row == null) {
      throw LeaseLoss.UNKNOWN.error(operation, token);
    }
    if (row.epoch() != token.epoch() || row.until() <= tx.now()) {
      throw LeaseLoss.of(token, row.epoch()).error(operation, token);
    }
  }

  @Override
  public boolean release(String operation, LeaseToken token) {
    return database.write(
        operation, tx -> tx.session().update(RELEASE, token.name(), token.epoch(), tx.now()) > 0);
  }

  @Override
  public Optional<LeaseInfo> lease(String operation, String name) {
    return database.read(
        operation, session -> Optional.ofNullable(find(session, name)).map(Row::lease));
  }

  @Override
  public List<LeaseInfo> expired(String operation, LeasePlace after, int most) {
    return database.read(
        operation,
        session ->
            session.list(
                EXPIRED,
                Row::lease,
                StoreTime.toMicros(database.clock().instant()),
                after.until(),
                after.name(),
                most));
  }

  @Override
  public int cleanUp(String operation, long endedBefore, int most) {
    return database.write(
        operation, tx -> tx.session().update(CLEAN_UP, Math.min(endedBefore, tx.now() + 1), most));
  }
}
