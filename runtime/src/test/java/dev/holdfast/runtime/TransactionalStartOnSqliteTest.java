// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Starts in a transaction of the caller that begin later, on SQLite. */
class TransactionalStartOnSqliteTest extends TransactionalStartContract {

  @TempDir Path directory;

  @BeforeEach
  void open() {
    String url = "sqlite:" + directory.resolve("store.db") + "?synchronous=normal";
    provider = Providers.open(ProviderConfig.url(url).build());
  }

  @Override
  Connection connect() throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  void close() {
    provider.close();
  }
}
