// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.admin;

import dev.holdfast.provider.admin.LockFacts.Holder;
import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The questions of an operator to one schema: each one statement, which sees what was committed
 * before it began, waits for nobody, and is one round trip. Thread-safe.
 */
public final class PostgresAdminStore implements AdminStore {

  private final Database database;

  /** Creates it. */
  public PostgresAdminStore(Database database) {
    this.database = database;
  }

  @Override
  public <T> List<T> query(
      String operation,
      String sql,
      List<? extends @Nullable Object> parameters,
      RowReader<T> reader) {
    return database.read(
        operation,
        sql,
        (connection, statement) -> {
          for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) == null) {
              statement.setNull(i + 1, Types.BIGINT);
            } else {
              statement.setObject(i + 1, parameters.get(i));
            }
          }
          List<T> all = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              all.add(reader.read(rows));
            }
          }
          return all;
        });
  }

  @Override
  public String locks() {
    return ":schema.ready";
  }

  @Override
  public String now() {
    return ":fn.now_micros()";
  }

  @Override
  public List<Long> nowParameters() {
    return List.of();
  }

  @Override
  public String among(String column) {
    return column + " = ANY (ARRAY(SELECT json_array_elements_text(CAST(? AS json))))";
  }

  /** As an array, which is made before anything else is read. */
  @Override
  public String amongFew(String column, String query) {
    return column + " = ANY (ARRAY(" + query + "))";
  }

  /** The planner has statistics. */
  @Override
  public String along(String table, String index) {
    return table;
  }

  /**
   * What a caller has posted waits beside the queue until a fetch takes it over, which leaves out
   * what has a message id that was used.
   */
  @Override
  public String posted() {
    return """
    (SELECT p.instance_id, p.visible_at, p.start_name
       FROM :schema.posted p
      WHERE NOT EXISTS (SELECT FROM :schema.instance o
                          JOIN :schema.message_id u ON u.instance_key = o.instance_key
                         WHERE o.instance_id = p.instance_id AND u.message_id = p.message_id))\
    """;
  }

  @Override
  public String pin() {
    return "array_to_string(i.pin, '.')";
  }

  @Override
  public String activityOwner() {
    return "a.owner";
  }

  /** The connections of an owner hold the shared advisory lock of its number. */
  @Override
  public String holderOf(String owner) {
    return """
    CASE WHEN %1$s IS NOT NULL THEN
      CASE WHEN EXISTS (
             SELECT FROM pg_catalog.pg_locks l
              WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
                AND (l.classid::bigint << 32) | l.objid::bigint = %1$s)
           THEN 'LIVING' ELSE 'GONE' END END\
    """
        .formatted(owner);
  }

  @Override
  public Holder holder(@Nullable String read) {
    return read == null ? Holder.UNKNOWN : Holder.valueOf(read);
  }
}
