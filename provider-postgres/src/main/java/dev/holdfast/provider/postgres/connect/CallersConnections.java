// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at connections of callers, with transactions under way, before anything is written through
 * them, and leaves them as they were. Thread-safe.
 */
public final class CallersConnections {

  private static final String READ_ONLY = "25006";
  private static final String PRODUCT = "PostgreSQL";

  private final Database database;
  private volatile @Nullable Place place;

  /** Creates it for the store of a handle. */
  public CallersConnections(Database database) {
    this.database = database;
  }

  /** What a call does through a connection. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Does something through a connection that was found to be a right one.
   *
   * @throws InvalidRequest when it is not (TXENQ-12)
   */
  public <T> T through(String operation, Connection connection, Work<T> work) {
    database.checkOpen(operation);
    try {
      check(operation, connection);
      return work.on(connection);
    } catch (SQLException e) {
      throw READ_ONLY.equals(e.getSQLState())
          ? invalid(operation, "only reads")
          : SqlErrors.classify(operation, e);
    }
  }

  private void check(String operation, Connection connection) throws SQLException {
    if (connection.isClosed()) {
      throw invalid(operation, "is closed");
    }
    if (!PRODUCT.equals(connection.getMetaData().getDatabaseProductName())) {
      throw invalid(operation, "leads to another product than PostgreSQL");
    }
    if (connection.getAutoCommit()) {
      throw invalid(
          operation, "is in auto-commit mode, so that there is no transaction to be part of");
    }
    if (connection.isReadOnly()) {
      throw invalid(operation, "only reads");
    }
    if (!Place.of(connection).equals(ours(operation))) {
      throw invalid(operation, "leads to another database than that of the store");
    }
  }

  /** Where the store is does not change while it is open. */
  private Place ours(String operation) {
    Place known = place;
    if (known == null) {
      known = database.read(operation, Place.SQL, (connection, statement) -> Place.read(statement));
      place = known;
    }
    return known;
  }

  private static ProviderError invalid(String operation, String why) {
    return new InvalidRequest(operation, "the caller's connection " + why);
  }
}
