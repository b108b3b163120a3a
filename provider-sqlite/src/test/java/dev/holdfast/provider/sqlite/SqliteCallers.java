// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.CallersConnections;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/** Connections of the driver to the file of a store, in whose directory other files may lie. */
final class SqliteCallers implements CallersConnections {

  private static final String TABLE = "callers_row";

  private final Path file;
  private boolean made;

  SqliteCallers(Path file) {
    this.file = file;
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  @Override
  public Connection connectReadOnly() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
  }

  @Override
  public Optional<Connection> connectMisled() {
    return Optional.empty();
  }

  @Override
  public List<Connection> connectElsewhere() throws SQLException {
    Path twin = file.resolveSibling("twin.db");
    Providers.open(ProviderConfig.url("sqlite:" + twin).build()).close();
    return List.of(
        DriverManager.getConnection("jdbc:sqlite:" + file.resolveSibling("empty.db")),
        DriverManager.getConnection("jdbc:sqlite:" + twin),
        DriverManager.getConnection("jdbc:sqlite::memory:"));
  }

  @Override
  public synchronized String table() {
    if (!made) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE %s (id TEXT PRIMARY KEY)".formatted(TABLE));
        made = true;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return TABLE;
  }

  /** One that gives up soon where another writes. */
  @Override
  public String jdbcUrl() {
    return "jdbc:sqlite:" + file + "?busy_timeout=1000";
  }

  @Override
  public boolean oneWriter() {
    return true;
  }
}
