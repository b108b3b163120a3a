// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.state;

import dev.holdfast.provider.jdbc.state.LeaseLoss;
import dev.holdfast.provider.jdbc.state.LeaseRows;
import dev.holdfast.provider.jdbc.state.Renewal;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
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

/** The rows of leases in one schema. Thread-safe. */
public final class PostgresLeaseRows implements LeaseRows {

  private static final List<Parameter> TOKENS =
      List.of(Type.TEXT.named("p_name"), Type.BIGINT.named("p_epoch"));

  private static final String ACQUIRE =
      """
      SELECT epoch, holder, acquired_at, lease_until
        FROM :fn.acquire_lease(p_name => ?, p_holder => ?, p_lease_for => ?)
      """;

  private static final String RENEW =
      "SELECT kept, epoch, holder, acquired_at, lease_until FROM :fn.renew_leases("
          + Columns.arguments(TOKENS)
          + ", p_extend_for => ?)";

  private static final String RELEASE =
      "SELECT :fn.release_lease(" + Columns.arguments(TOKENS) + ")";

  private static final String LEASE =
      "SELECT name, holder, acquired_at, lease_until FROM :schema.lease WHERE name = ?";

  /** Time is read once, in a query of its own, so that it can bound the range of the index. */
  private static final String EXPIRED =
      """
      SELECT name, holder, acquired_at, lease_until
        FROM :schema.lease
       WHERE lease_until <= (SELECT :fn.now_micros()) AND (lease_until, name) > (?, ?)
       ORDER BY lease_until, name
       LIMIT ?
      """;

  private static final String CLEAN_UP = "SELECT :fn.clean_up_leases(p_before => ?, p_limit => ?)";

  private final Database database;

  /** Creates it. */
  public PostgresLeaseRows(Database database) {
    this.database = database;
  }

  private static LeaseInfo lease(String name, ResultSet row, int holder) throws SQLException {
    return new LeaseInfo(
        name,
        row.getString(holder),
        StoreTime.fromMicros(row.getLong(holder + 1)),
        StoreTime.fromMicros(row.getLong(holder + 2)));
  }

  private static long micros(Duration duration) {
    return StoreTime.plus(0, duration);
  }

  @Override
  public LeaseAnswer acquire(String operation, String name, String holder, Duration leaseFor) {
    return database.write(
        operation,
        ACQUIRE,
        (connection, statement) -> {
          statement.setString(1, name);
          statement.setString(2, holder);
          statement.setLong(3, micros(leaseFor));
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            LeaseInfo lease = lease(name, row, 2);
            long epoch = row.getLong(1);
            return row.wasNull()
                ? new LeaseAnswer.Held(lease)
                : new LeaseAnswer.Acquired(new LeaseToken(name, epoch), lease);
          }
        });
  }

  @Override
  public List<Renewal> renew(String operation, List<LeaseToken> tokens, Duration extendFor) {
    database.checkOpen(operation);
    if (tokens.isEmpty()) {
      return List.of();
    }
    Columns columns = new Columns(TOKENS);
    tokens.forEach(token -> columns.add(token.name(), token.epoch()));
    return database.write(
        operation,
        RENEW,
        (connection, statement) -> {
          int next = columns.bind(connection, statement, 1);
          statement.setLong(next, micros(extendFor));
          try (ResultSet rows = statement.executeQuery()) {
            List<Renewal> renewals = new ArrayList<>();
            for (LeaseToken token : tokens) {
              rows.next();
              renewals.add(renewal(token, rows));
            }
            return renewals;
          }
        });
  }

  private static Renewal renewal(LeaseToken token, ResultSet row) throws SQLException {
    if (row.getBoolean(1)) {
      return new Renewal.Kept(lease(token.name(), row, 3));
    }
    long epoch = row.getLong(2);
    return new Renewal.Lost(row.wasNull() ? LeaseLoss.UNKNOWN : LeaseLoss.of(token, epoch));
  }

  @Override
  public boolean release(String operation, LeaseToken token) {
    return database.write(
        operation,
        RELEASE,
        (connection, statement) -> {
          statement.setString(1, token.name());
          statement.setLong(2, token.epoch());
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
          }
        });
  }

  @Override
  public Optional<LeaseInfo> lease(String operation, String name) {
    return database.read(
        operation,
        LEASE,
        (connection, statement) -> {
          statement.setString(1, name);
          try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(lease(row.getString(1), row, 2)) : Optional.empty();
          }
        });
  }

  @Override
  public List<LeaseInfo> expired(String operation, LeasePlace after, int most) {
    return database.read(
        operation,
        EXPIRED,
        (connection, statement) -> {
          statement.setLong(1, after.until());
          statement.setString(2, after.name());
          statement.setInt(3, most);
          try (ResultSet rows = statement.executeQuery()) {
            List<LeaseInfo> found = new ArrayList<>();
            while (rows.next()) {
              found.add(lease(rows.getString(1), rows, 2));
            }
            return found;
          }
        });
  }

  @Override
  public int cleanUp(String operation, long endedBefore, int most) {
    return database.write(
        operation,
        CLEAN_UP,
        (connection, statement) -> {
          statement.setLong(1, endedBefore);
          statement.setInt(2, most);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
          }
        });
  }
}
