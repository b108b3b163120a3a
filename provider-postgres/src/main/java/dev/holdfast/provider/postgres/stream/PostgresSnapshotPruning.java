// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.jdbc.stream.JdbcSnapshots.Pruning;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.stream.StreamId;
import java.sql.ResultSet;

/** Removes snapshots in one schema. Thread-safe. */
public final class PostgresSnapshotPruning implements Pruning {

  private static final String PRUNE =
      "SELECT :fn.prune_snapshots(p_category => ?, p_id => ?, p_schema => ?, p_keep => ?)";

  private final Database database;

  /** Creates it. */
  public PostgresSnapshotPruning(Database database) {
    this.database = database;
  }

  @Override
  public int prune(String operation, StreamId stream, String schema, int keep) {
    return database.write(
        operation,
        PRUNE,
        (connection, statement) -> {
          statement.setString(1, stream.category());
          statement.setString(2, stream.id());
          statement.setString(3, schema);
          statement.setInt(4, keep);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
          }
        });
  }
}
