// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.schema.SchemaName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether the store is still the one that this handle has begun with. One that was dropped, or
 * restored from a backup, has gone back in time, and what this process remembers of it (executions,
 * states of streams, what was acknowledged) has never been there. So once that was seen the handle
 * cannot be used any more.
 *
 * <p>A store is known by the number that the server has given to one of its objects, and by that of
 * the database: both stay through migrations, vacuuming and failover to a standby, and a restored
 * object gets a new one. No call does more than before: who listens asks beside its work, every two
 * seconds; where nobody does, somebody asks beside the calls; and any handle asks when a call has
 * not found a table or function. Thread-safe.
 */
public final class StoreGuard {

  private static final Logger LOG = LoggerFactory.getLogger(StoreGuard.class);

  /** How often a handle looks. */
  private static final long INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();

  private static final String LOOK =
      """
      SELECT d.oid::bigint, to_regclass(?)::oid::bigint
        FROM pg_catalog.pg_database d
       WHERE d.datname = current_database()
      """;

  /** Which store it is; the object is 0 when it is not there. */
  private record Identity(long database, long object) {}

  private final SchemaName schema;
  private final Identity first;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime() + INTERVAL_NANOS);
  private final AtomicReference<@Nullable String> lost = new AtomicReference<>();

  /**
   * Guards a store that has just been opened.
   *
   * @param connection one to it, which stays the caller's
   * @throws SQLException when the server does not answer
   */
  public StoreGuard(Connection connection, SchemaName schema) throws SQLException {
    this.schema = schema;
    first = identity(connection, schema);
  }

  /** Throws when the store is known to be lost. */
  void check(String operation) {
    String how = lost.get();
    if (how != null) {
      throw new Misconfigured(operation, how);
    }
  }

  /**
   * Looks when it is time to.
   *
   * @param connection one to the store
   * @return in how many milliseconds the next look is due
   * @throws SQLException when the connection is of no use any more
   */
  public int lookIfDue(Connection connection) throws SQLException {
    if (isDue()) {
      try {
        look(connection);
      } catch (SQLException e) {
        if (connection.isClosed() || SqlErrors.isServerOfNoUse(e)) {
          throw e;
        }
        LOG.debug("whether the store is still there is looked at again", e);
      }
    }
    return (int) ((nextLook.get() - System.nanoTime()) / 1_000_000) + 1;
  }

  /** Whether it is time to look; true for one caller. */
  boolean isDue() {
    long now = System.nanoTime();
    long due = nextLook.get();
    return now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL_NANOS);
  }

  /**
   * Looks after a call has not found what it needs, which is so while somebody restores; throws
   * when the store is lost.
   */
  void lookAfter(SQLException error, Connection connection, String operation) {
    if (!isMissing(error)) {
      return;
    }
    try {
      look(connection);
    } catch (SQLException e) {
      LOG.debug("{}: whether the store is still there is looked at again", operation, e);
    }
    check(operation);
  }

  /** No such schema, table or function, or the object behind a name was dropped meanwhile. */
  private static boolean isMissing(SQLException error) {
    return switch (SqlStates.state(error)) {
      case "3F000", "42P01", "42883", "42704", "XX000" -> true;
      default -> false;
    };
  }

  /**
   * Looks now.
   *
   * @param connection one to the store
   * @throws SQLException when the server does not answer
   */
  public void look(Connection connection) throws SQLException {
    Identity found = identity(connection, schema);
    if (!found.equals(first)) {
      lost(found.object() == 0 ? "dropped" : "replaced, such as by a backup that was restored,");
    }
  }

  private static Identity identity(Connection connection, SchemaName schema) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
      statement.setString(1, schema.quoted() + ".order_seq");
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Identity(row.getLong(1), row.getLong(2));
      }
    }
  }

  private void lost(String how) {
    String description =
        "the store in the schema %s was %s while it was open, so that what this process knows of it is not there any more; stop all processes on it, see what the store has, and start them again"
            .formatted(schema, how);
    if (lost.compareAndSet(null, description)) {
      LOG.error("{}", description);
    }
  }
}
