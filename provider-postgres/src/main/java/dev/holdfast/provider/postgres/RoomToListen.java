// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.jdbc.row.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that an application's {@code DataSource} can spare the connections that listening keeps,
 * and that they can listen at all. Checked when the store is opened: otherwise calls would find no
 * connection later. Stateless.
 */
final class RoomToListen {

  private static final Logger LOG = LoggerFactory.getLogger(RoomToListen.class);

  /** Connections that are kept for listening: one receives notifications, one sends them. */
  private static final int LISTENING = 2;

  private RoomToListen() {}

  /**
   * Refuses a source that cannot do this.
   *
   * @param within how long it may take for one connection
   * @throws Misconfigured when listening is not possible
   * @throws SQLException when the server cannot be reached
   */
  static void require(DataSource dataSource, Duration within) throws SQLException {
    if (dataSource.isWrapperFor(HikariDataSource.class)) {
      int size = dataSource.unwrap(HikariDataSource.class).getMaximumPoolSize();
      if (size <= LISTENING) {
        throw tooSmall("its pool has " + size, null);
      }
      return;
    }
    List<Connection> taken = new ArrayList<>();
    try {
      while (taken.size() <= LISTENING) {
        taken.add(take(dataSource, within, taken.size()));
      }
      requireDriver(taken.get(0));
    } finally {
      taken.forEach(RoomToListen::giveBack);
    }
  }

  private static Connection take(DataSource dataSource, Duration within, int before)
      throws SQLException {
    CompletableFuture<Connection> taken = new CompletableFuture<>();
    // A pool that has no more connections may let its callers wait for ever.
    Thread.ofPlatform()
        .daemon()
        .name("holdfast-postgres-room")
        .start(() -> {
          try {
            Connection connection = dataSource.getConnection();
            if (!taken.complete(connection)) {
              giveBack(connection);
            }
          } catch (SQLException | RuntimeException | Error e) {
            taken.completeExceptionally(e);
          }
        });
    try {
      return taken.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (!taken.cancel(false)) {
        return taken.join();
      }
      if (before == 0) {
        throw new SQLException("the DataSource gives no connection", "08001", e);
      }
      throw tooSmall("beyond " + before + " it lets its callers wait", e);
    } catch (InterruptedException e) {
      taken.cancel(false);
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a connection", "08001", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SQLException refusal
          && (before == 0 || isOfTheServer(SqlStates.state(refusal)))) {
        throw refusal;
      }
      if (before == 0) {
        throw new SQLException("the DataSource gives no connection: " + cause, "08001", e);
      }
      throw tooSmall("beyond " + before + " it says: " + cause, e);
    }
  }

  /** {@return whether an error comes from the server and not from the pool} */
  private static boolean isOfTheServer(String state) {
    return state.startsWith("08")
        || state.startsWith("28")
        || state.startsWith("53")
        || state.startsWith("57");
  }

  private static void requireDriver(Connection connection) throws SQLException {
    boolean unwraps;
    try {
      unwraps = connection.isWrapperFor(PGConnection.class);
    } catch (RuntimeException | AbstractMethodError e) {
      unwraps = false;
    }
    if (!unwraps) {
      throw new Misconfigured(
          "open",
          "with listen=true connections are asked for notifications, and those of the DataSource, %s, cannot be unwrapped to org.postgresql.PGConnection; let them, or leave listen out"
              .formatted(connection.getClass().getName()));
    }
  }

  private static Misconfigured tooSmall(String found, @Nullable Throwable cause) {
    String description =
        "with listen=true two connections of the DataSource are kept, one to hear and one to tell, and %s; let it give 3 or more, or leave listen out"
            .formatted(found);
    return new Misconfigured("open", description, cause);
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("a connection could not be given back", e);
    }
  }
}
