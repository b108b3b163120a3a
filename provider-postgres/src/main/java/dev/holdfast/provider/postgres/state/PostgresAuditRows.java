// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.state;

import dev.holdfast.provider.jdbc.state.AuditRows;
import dev.holdfast.provider.jdbc.state.AuditSql;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** The audit records in one schema. Thread-safe. */
public final class PostgresAuditRows implements AuditRows {

  private static final List<Parameter> ENTRIES =
      List.of(
          Type.TEXT.named("p_run_id"),
          Type.TEXT.named("p_type"),
          Type.TEXT.named("p_step_id"),
          Type.BIGINT.named("p_happened_at"),
          Type.BYTEA.named("p_data"));

  private static final String INSERT = "SELECT :fn.store_audit(" + Columns.arguments(ENTRIES) + ")";

  private static final String CLEAN_UP = "SELECT :fn.clean_up_audit(p_before => ?, p_limit => ?)";

  private final Database database;

  /** Creates it. */
  public PostgresAuditRows(Database database) {
    this.database = database;
  }

  @Override
  public void insert(String operation, List<AuditEntry> entries) {
    Columns columns = new Columns(ENTRIES);
    for (AuditEntry entry : entries) {
      columns.add(
          entry.runId(),
          entry.type(),
          entry.stepId(),
          StoreTime.toMicros(entry.happenedAt()),
          entry.data().toByteArray());
    }
    database.write(
        operation,
        INSERT,
        (connection, statement) -> {
          columns.bind(connection, statement, 1);
          return statement.execute();
        });
  }

  @Override
  public List<AuditRecord> read(String operation, AuditSql.Query query) {
    return database.read(
        operation,
        query.text(),
        (connection, statement) -> {
          List<Object> parameters = query.parameters();
          for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
          }
          try (ResultSet rows = statement.executeQuery()) {
            List<AuditRecord> found = new ArrayList<>();
            while (rows.next()) {
              found.add(AuditSql.record(rows));
            }
            return found;
          }
        });
  }

  @Override
  public int cleanUp(String operation, long storedBefore, int most) {
    return database.write(
        operation,
        CLEAN_UP,
        (connection, statement) -> {
          statement.setLong(1, storedBefore);
          statement.setInt(2, most);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
          }
        });
  }
}
