// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.connect.CallersDataSource;
import dev.holdfast.provider.postgres.connect.Connections;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.OwnPool;
import dev.holdfast.provider.postgres.connect.Owner;
import dev.holdfast.provider.postgres.connect.OwnersDataSource;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.connect.StoreGuard;
import dev.holdfast.provider.postgres.schema.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens handles: reaches the server, brings the schema up, and only then makes a pool. */
final class Opening {

  /**
   * Every statement of this provider has to walk along an index, whatever the tables hold, and is
   * prepared while the tables are still empty. Without these settings the server makes a new plan
   * now and then, by what the tables hold at that moment. Only on connections of the provider's own
   * pool.
   */
  private static final String PINNED_PLANS =
      "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off"
          + " -c enable_mergejoin=off -c jit=off";

  /** A statement sees what was committed before it, also after it has waited for a lock. */
  private static final String READ_COMMITTED = " -c default_transaction_isolation=read\\ committed";

  private Opening() {}

  /**
   * Opens a handle.
   *
   * @param below wraps the source of connections below the pool
   */
  static PostgresProvider open(
      ProviderConfig config, PostgresOptions options, UnaryOperator<DataSource> below) {
    DataSource given = config.dataSource();
    DataSource server = given == null ? server(options) : given;
    DataSource pooled = below.apply(server);
    StoreGuard guard;
    try {
      if (given != null && options.listen()) {
        RoomToListen.require(server, options.connectTimeout());
      }
      try (Connection connection = connect(pooled)) {
        new Schema(connection, options.schema()).open(config.schemaMode());
        guard = new StoreGuard(connection, options.schema());
      }
    } catch (SQLException e) {
      throw failure(e);
    }
    Duration takeover = options.listen() ? options.takeover() : null;
    Owner owner = takeover == null || given != null ? null : Owner.draw(options.schema());
    Connections connections =
        given != null
            ? new CallersDataSource(pooled)
            : ownPool(owner == null ? server : new OwnersDataSource(server, owner), options, below);
    return new PostgresProvider(
        new Database(connections, options.schema(), guard), options.listen(), takeover, owner);
  }

  private static Connection connect(DataSource dataSource) throws SQLException {
    try {
      return dataSource.getConnection();
    } catch (RuntimeException e) {
      // Pools of applications throw exceptions of their own.
      throw new StoreUnavailable("open", "no connection to PostgreSQL: " + e, e);
    }
  }

  private static Connections ownPool(
      DataSource server, PostgresOptions options, UnaryOperator<DataSource> below) {
    return new OwnPool(
        server,
        below.apply(server),
        "holdfast-postgres-" + options.schema().name(),
        options.poolSize(),
        options.connectTimeout());
  }

  private static DataSource server(PostgresOptions options) {
    PGSimpleDataSource server = new PGSimpleDataSource();
    try {
      server.setURL(String.valueOf(options.jdbcUrl()));
      server.setApplicationName("holdfast");
      server.setTcpKeepAlive(true);
      server.setConnectTimeout(seconds(options.connectTimeout()));
      server.setLoginTimeout(seconds(options.connectTimeout()));
      server.setSocketTimeout(seconds(options.callTimeout()));
      server.setPrepareThreshold(1);
      for (Map.Entry<String, String> property : options.driver().entrySet()) {
        server.setProperty(property.getKey(), property.getValue());
      }
      if (options.pinPlans()) {
        String given = server.getOptions();
        server.setOptions((given == null ? "" : given + " ") + PINNED_PLANS + READ_COMMITTED);
      }
    } catch (SQLException | IllegalArgumentException e) {
      throw new Misconfigured("open", "the driver refuses the configuration: " + e.getMessage(), e);
    }
    return server;
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(Math.max(1, duration.plusMillis(999).toSeconds()));
  }

  /** {@return why a store cannot be opened; an error that the operator can mend says how} */
  private static ProviderError failure(SQLException e) {
    String state = SqlStates.state(e);
    return switch (state) {
      // Missing rights on the schema are reported by Schema; this is the right to connect, or one
      // that a setting needs.
      case "42501" ->
          new Misconfigured(
              "open",
              "the user lacks a right: %s; let an administrator grant it, such as by GRANT CONNECT ON DATABASE"
                  .formatted(SqlErrors.serverMessage(e)),
              e);
      case "3D000" ->
          new Misconfigured(
              "open", SqlErrors.serverMessage(e) + "; create it or name another in the URL", e);
      case "22023" ->
          new Misconfigured("open", "the server or driver refuses an option: " + e.getMessage(), e);
      default ->
          state.startsWith("28")
              ? new Misconfigured(
                  "open", "the server does not let the user in: " + SqlErrors.serverMessage(e), e)
              : SqlErrors.classify("open", e);
    };
  }
}
