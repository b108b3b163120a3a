// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.admin;

import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceDeletion;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceDeletion.Outcome;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deletes trees in one call of the server (DELETE-19). Thread-safe. */
public final class PostgresDeleter implements JdbcInstanceDeletion.Deleter {

  private static final String DELETE =
      """
      SELECT d.code, d.about, d.instances, d.executions, d.events, d.messages, d.activities
        FROM :fn.delete_trees(p_ids => ?, p_force => ?, p_acked_epoch => ?) d
      """;

  private final Database database;

  /** Creates it. */
  public PostgresDeleter(Database database) {
    this.database = database;
  }

  @Override
  public Outcome delete(
      String operation, List<String> instanceIds, boolean force, @Nullable Long ackedEpoch) {
    return database.write(
        operation,
        DELETE,
        (connection, statement) -> {
          statement.setArray(1, connection.createArrayOf("text", instanceIds.toArray()));
          statement.setBoolean(2, force);
          if (ackedEpoch == null) {
            statement.setNull(3, Types.BIGINT);
          } else {
            statement.setLong(3, ackedEpoch);
          }
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return outcome(row);
          }
        });
  }

  private static Outcome outcome(ResultSet row) throws SQLException {
    String about = row.getString(2);
    return switch (row.getInt(1)) {
      case 0 ->
          new Outcome.Deleted(
              new Counts(
                  row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)));
      case 1 -> new Outcome.Unknown(about);
      case 2 -> new Outcome.Child(about);
      default -> new Outcome.Busy(about);
    };
  }
}
