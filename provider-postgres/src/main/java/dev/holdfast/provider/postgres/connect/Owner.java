// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.postgres.schema.SchemaName;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner for which the connections of a handle take locks. Each connection holds an advisory
 * lock that ends with it, by which other processes see that this one lives. Thread-safe.
 */
public final class Owner {

  private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ENTER = "SELECT :fn.enter(?)";
  private static final String LEAVE = "SELECT :fn.leave(?)";

  /** How long closing a handle waits for a server that does not answer. */
  private static final Duration LEAVE_WITHIN = Duration.ofSeconds(1);

  private final SchemaName schema;
  private final long number;
  private volatile boolean left;

  private Owner(SchemaName schema, long number) {
    this.schema = schema;
    this.number = number;
  }

  /** Draws a new owner with a number of its own, in a store that exists. */
  public static Owner draw(SchemaName schema) {
    return new Owner(schema, RANDOM.nextLong(1, Long.MAX_VALUE));
  }

  /** Makes a new connection one of this owner's. */
  void enter(Connection connection) throws SQLException {
    if (!left) {
      try (PreparedStatement statement = connection.prepareStatement(schema.inSql(ENTER))) {
        statement.setLong(1, number);
        statement.execute();
      }
    }
  }

  /**
   * Leaves without dying: what is held stays locked until the lock end. Waits a moment at most; an
   * owner that could not tell the server counts as dead.
   */
  public void leave(Database database) {
    left = true;
    Thread thread;
    try {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("holdfast-postgres-leave")
              .start(() -> sayGoodbye(database));
    } catch (RuntimeException | Error e) {
      LOG.debug("there is no thread to tell the server that a handle was closed", e);
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(LEAVE_WITHIN);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void sayGoodbye(Database database) {
    try {
      database.write(
          "close",
          LEAVE,
          (connection, statement) -> {
            statement.setLong(1, number);
            return statement.execute();
          });
    } catch (ProviderError e) {
      LOG.debug("the server was not told that a handle was closed", e);
    }
  }
}
