// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/**
 * Knows whether anybody else listens on a channel, so that nothing is sent that nobody hears.
 * Whoever listens holds a shared advisory lock, which goes with its connection. Thread-safe.
 */
final class Listeners {

  private static final String ENTER = "SELECT pg_try_advisory_lock_shared(?), pg_backend_pid()";

  private static final String OTHERS =
      """
      SELECT EXISTS (
        SELECT FROM pg_locks l
         WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.pid <> ?
           AND (l.classid::bigint << 32 | l.objid::bigint) = ?
           AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
      """;

  /** Whoever begins to listen is noticed after this long, and finds by polling what came before. */
  private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final long key;
  private volatile int self;
  private volatile boolean others;
  private volatile long lookedAt = System.nanoTime() - LOOK_EVERY_NANOS;

  Listeners(String channel) {
    key =
        UUID.nameUUIDFromBytes(("listeners of " + channel).getBytes(StandardCharsets.UTF_8))
            .getMostSignificantBits();
  }

  /** Notes in the store that a connection listens, until it is closed. */
  void enter(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ENTER)) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        self = row.getInt(2);
      }
    }
  }

  /** {@return whether somebody else listened when that was looked at last} */
  boolean anyOther(Connection connection) throws SQLException {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_EVERY_NANOS) {
      lookedAt = now;
      try (PreparedStatement statement = connection.prepareStatement(OTHERS)) {
        statement.setInt(1, self);
        statement.setLong(2, key);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          others = row.getBoolean(1);
        }
      }
    }
    return others;
  }
}
