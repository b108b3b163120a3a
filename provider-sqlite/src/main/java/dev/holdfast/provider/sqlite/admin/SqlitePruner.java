// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.admin;

import dev.holdfast.provider.admin.ExecutionPruning.Counts;
import dev.holdfast.provider.jdbc.admin.JdbcExecutionPruning;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceAdmin;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes old executions of one instance (PRUNE-10). Thread-safe. */
public final class SqlitePruner implements JdbcExecutionPruning.Pruner {

  private static final String INSTANCE =
      inSql(
          "SELECT i.instance_key FROM :schema.instance i WHERE i.instance_id = ? AND "
              + JdbcInstanceAdmin.HEARD_OF);

  private static final String GOING =
      inSql(
          """
          SELECT x.execution_id
            FROM :schema.instance i JOIN :schema.execution x ON x.instance_key = i.instance_key
           WHERE i.instance_key = ? AND
          """
              + JdbcExecutionPruning.GOES);

  private static final String DELETE_EVENTS =
      "DELETE FROM holdfast_history WHERE instance_key = ? AND execution_id = ?";

  private static final String DELETE_EXECUTION =
      "DELETE FROM holdfast_execution WHERE instance_key = ? AND execution_id = ?";

  private final Database database;

  /** Creates it. */
  public SqlitePruner(Database database) {
    this.database = database;
  }

  private static String inSql(String sql) {
    return sql.replace(":schema.", "holdfast_");
  }

  @Override
  public @Nullable Counts prune(
      String operation, String instanceId, int keepLast, @Nullable Long completedBefore) {
    return database.write(
        operation,
        tx -> {
          Session session = tx.session();
          Long key = session.number(INSTANCE, instanceId);
          if (key == null) {
            return null;
          }
          List<Long> going =
              new ArrayList<>(
                  session.list(
                      GOING,
                      row -> row.getLong(1),
                      key,
                      completedBefore,
                      completedBefore,
                      keepLast));
          long events = 0;
          for (long execution : going) {
            events += session.update(DELETE_EVENTS, key, execution);
            session.update(DELETE_EXECUTION, key, execution);
          }
          return new Counts(going.isEmpty() ? 0 : 1, going.size(), events);
        });
  }
}
