// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

class ApiOnPostgresIT extends ApiContract {

  private @Nullable TestPostgres server;

  @Override
  String newStore(Path directory) {
    server = TestPostgres.open(directory);
    return server.url();
  }

  @AfterAll
  void closeServer() throws SQLException {
    if (server != null) {
      server.close();
    }
  }
}
