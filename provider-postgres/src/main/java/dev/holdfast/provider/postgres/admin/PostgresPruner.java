// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.admin;

import dev.holdfast.provider.admin.ExecutionPruning.Counts;
import dev.holdfast.provider.jdbc.admin.JdbcExecutionPruning;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Removes old executions of one instance (PRUNE-10). Thread-safe. */
public final class PostgresPruner implements JdbcExecutionPruning.Pruner {

  private static final String PRUNE =
      "SELECT * FROM :fn.prune_executions(p_id => ?, p_keep => ?, p_before => ?)";

  private final Database database;

  /** Creates it. */
  public PostgresPruner(Database database) {
    this.database = database;
  }

  @Override
  public @Nullable Counts prune(
      String operation, String instanceId, int keepLast, @Nullable Long completedBefore) {
    return database.write(
        operation,
        PRUNE,
        (connection, statement) -> {
          statement.setString(1, instanceId);
          statement.setInt(2, keepLast);
          if (completedBefore == null) {
            statement.setNull(3, Types.BIGINT);
          } else {
            statement.setLong(3, completedBefore);
          }
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            long executions = row.getLong(2);
            return row.getBoolean(1)
                ? new Counts(executions == 0 ? 0 : 1, executions, row.getLong(3))
                : null;
          }
        });
  }
}
