// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.WriterHold;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The rows of one instance, locked by a session of the test. */
final class RowHold implements WriterHold.Held {

  private final Connection connection;

  private RowHold(Connection connection) {
    this.connection = connection;
  }

  /** Locks the ready row of an instance and the rows of its activities. */
  static RowHold take(Location location, String schema, String instanceId) {
    try {
      Connection connection = TestServer.connect(location);
      connection.setAutoCommit(false);
      for (String table : new String[] {"ready", "activity"}) {
        try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT 1 FROM "%1$s".%2$s t
                  JOIN "%1$s".instance i ON i.instance_key = t.instance_key
                 WHERE i.instance_id = ?
                   FOR UPDATE OF t
                """
                    .formatted(schema, table))) {
          statement.setString(1, instanceId);
          statement.execute();
        }
      }
      return new RowHold(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("the rows of " + instanceId + " cannot be held", e);
    }
  }

  @Override
  public void close() {
    try (connection) {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException("rows cannot be let go", e);
    }
  }
}
