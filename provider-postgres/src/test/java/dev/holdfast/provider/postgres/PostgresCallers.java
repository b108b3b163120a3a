// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.CallersConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Connections of the driver as the tenant, with a schema for the rows of the caller. */
final class PostgresCallers implements CallersConnections {

  private final Tenant tenant;
  private final String schema;
  private final List<Tenant> others = new ArrayList<>();
  private boolean made;

  PostgresCallers(Tenant tenant, String schema) {
    this.tenant = tenant;
    this.schema = schema;
  }

  private String application() {
    return schema + "_app";
  }

  private String twin() {
    return schema + "_twin";
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = TestServer.connect(tenant.location());
    execute(connection, "SET lock_timeout = '20s'");
    return connection;
  }

  @Override
  public Connection connectReadOnly() throws SQLException {
    Connection connection = TestServer.connect(tenant.location());
    execute(connection, "SET default_transaction_read_only = on");
    return connection;
  }

  @Override
  public Optional<Connection> connectMisled() throws SQLException {
    open(tenant.location(), twin());
    Connection connection = connect();
    execute(connection, "SET search_path TO " + twin());
    return Optional.of(connection);
  }

  @Override
  public synchronized List<Connection> connectElsewhere() throws SQLException {
    Tenant empty = Tenant.inOwnDatabase();
    others.add(empty);
    Tenant other = Tenant.inOwnDatabase();
    others.add(other);
    open(other.location(), schema);
    return List.of(TestServer.connect(empty.location()), TestServer.connect(other.location()));
  }

  private static void open(Location location, String schema) {
    Providers.open(ProviderConfig.url(location.url() + "?schema=" + schema).build()).close();
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public synchronized String table() {
    String table = application() + ".callers_row";
    if (!made) {
      try (Connection connection = connect()) {
        execute(
            connection,
            "CREATE SCHEMA " + application(),
            "CREATE TABLE %s (id text PRIMARY KEY)".formatted(table));
        made = true;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return table;
  }

  @Override
  public String jdbcUrl() {
    Location location = tenant.location();
    return "%s?user=%s&password=%s"
        .formatted(location.jdbcUrl(), location.user(), location.password());
  }

  @Override
  public boolean oneWriter() {
    return false;
  }

  /** Drops the databases that were made. */
  synchronized void close() {
    others.forEach(Tenant::drop);
    others.clear();
  }
}
