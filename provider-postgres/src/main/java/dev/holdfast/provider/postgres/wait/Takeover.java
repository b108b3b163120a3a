// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.schema.SchemaName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the locks of holders whose process has died, so that their work does not wait for its lock
 * end. Each listening handle checks for dead owners now and then. Belongs to one thread.
 */
final class Takeover {

  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /** How often a handle checks. */
  private static final long INTERVAL_MILLIS = 2_000;

  /** A handle does not check so soon after another one has. */
  private static final long PAUSE_MILLIS = 1_500;

  /** How many locks of each kind one transaction ends. */
  private static final int BATCH = 1_000;

  private static final String LOOK =
      """
      SELECT instances, activities, more
        FROM :fn.end_locks_of_the_dead(
               p_pause => ? * interval '1 ms', p_grace => ? * interval '1 ms', p_max => ?)
      """;

  private final String look;
  private final long graceMillis;
  private final Runnable onInstances;
  private final Runnable onActivities;
  private long nextLook = System.nanoTime();

  /**
   * Creates it for one handle.
   *
   * @param grace how long a holder must be missing
   * @param onInstances told when instances have become ready
   * @param onActivities told when activities have become ready
   */
  Takeover(SchemaName schema, Duration grace, Runnable onInstances, Runnable onActivities) {
    this.look = schema.inSql(LOOK);
    this.graceMillis = grace.toMillis();
    this.onInstances = onInstances;
    this.onActivities = onActivities;
  }

  /** Checks when it is time to; returns in how many milliseconds the next check is due. */
  int lookIfDue(Connection connection) throws SQLException {
    long left = nextLook - System.nanoTime();
    if (left <= 0) {
      lookUntilDone(connection);
      left = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
      nextLook = System.nanoTime() + left;
    }
    return (int) (left / 1_000_000) + 1;
  }

  private void lookUntilDone(Connection connection) throws SQLException {
    try {
      long pause = PAUSE_MILLIS;
      while (look(connection, pause)) {
        pause = 0;
      }
    } catch (SQLException e) {
      if (connection.isClosed() || SqlErrors.isServerOfNoUse(e)) {
        // Other processes send no notifications through a server that takes no writes, such as one
        // after a failover: listening must begin anew on another.
        throw e;
      }
      LOG.debug("locks of dead processes stay for now", e);
    }
  }

  /** Checks once; returns whether more is to be done. */
  private boolean look(Connection connection, long pauseMillis) throws SQLException {
    boolean instances;
    boolean activities;
    boolean more;
    try (PreparedStatement statement = connection.prepareStatement(look)) {
      statement.setLong(1, pauseMillis);
      statement.setLong(2, graceMillis);
      statement.setInt(3, BATCH);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        instances = row.getBoolean(1);
        activities = row.getBoolean(2);
        more = row.getBoolean(3);
      }
    }
    if (instances) {
      onInstances.run();
    }
    if (activities) {
      onActivities.run();
    }
    if (instances || activities) {
      LOG.info("a process has died, and locks that it held have ended");
    }
    return more && (instances || activities);
  }
}
