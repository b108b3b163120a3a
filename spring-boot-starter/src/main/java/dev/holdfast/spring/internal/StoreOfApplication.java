// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.spring.HoldfastProperties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Where the store of an application is. */
public final class StoreOfApplication {

  private static final String SQLITE = "SQLite";

  /** The file behind a connection, absolute; empty for a database in memory. */
  private static final String SQLITE_FILE =
      "SELECT file FROM pragma_database_list WHERE name = 'main'";

  private StoreOfApplication() {}

  /**
   * Opens the store: that of the URL, or else the one in the data source.
   *
   * @param properties what is said of it
   * @param dataSource the application's data source, null when there is none, or none to choose
   * @return the store, to be closed by the caller
   * @throws NoStoreException when nothing says where it is
   * @throws dev.holdfast.provider.ProviderError when it cannot be opened
   */
  public static Provider open(HoldfastProperties properties, @Nullable DataSource dataSource) {
    ProviderConfig.Builder config = config(properties.url(), dataSource);
    if (properties.provider() != null) {
      config.provider(properties.provider());
    }
    if (properties.schemaMode() != null) {
      config.schemaMode(properties.schemaMode());
    }
    properties.options().forEach(config::option);
    return Providers.open(config.build());
  }

  private static ProviderConfig.Builder config(
      @Nullable String url, @Nullable DataSource dataSource) {
    if (url != null && !url.isBlank()) {
      return ProviderConfig.url(url);
    }
    if (dataSource == null) {
      throw new NoStoreException();
    }
    String file = sqliteFile(dataSource);
    return file == null
        ? ProviderConfig.dataSource(dataSource)
        : ProviderConfig.url("sqlite:" + file);
  }

  /**
   * The file, when it is one of SQLite: its provider has its one writer and its own connections,
   * and works beside those of the application. Null for other databases.
   */
  private static @Nullable String sqliteFile(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection()) {
      if (!SQLITE.equals(connection.getMetaData().getDatabaseProductName())) {
        return null;
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(SQLITE_FILE)) {
        String file = rows.next() ? rows.getString(1) : null;
        return file == null || file.isEmpty() ? ":memory:" : file;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Holdfast cannot look at the DataSource that its store is to be in", e);
    }
  }
}
