// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;

/** Starts in a transaction of the caller that begin later, on PostgreSQL. */
class TransactionalStartOnPostgresIT extends TransactionalStartContract {

  private final TestSchema schema = TestSchema.create("later");

  @BeforeEach
  void open() {
    provider = Providers.open(ProviderConfig.url(schema.url()).build());
  }

  @Override
  Connection connect() throws SQLException {
    Connection connection = schema.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  void close() throws Exception {
    provider.close();
    schema.close();
  }
}
