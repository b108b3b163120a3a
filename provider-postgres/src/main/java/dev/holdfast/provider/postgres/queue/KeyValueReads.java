// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the key-values of instances, as clients see them. Thread-safe. */
public final class KeyValueReads implements KeyValues {

  private static final String ALL =
      """
      SELECT k.key, coalesce(k.changed_at, k.merged_at),
             CASE WHEN k.changed_at IS NULL THEN k.merged ELSE k.value END
        FROM :schema.instance i
        JOIN :schema.key_value k ON k.instance_key = i.instance_key
       WHERE i.instance_id = ? AND (k.changed_at IS NULL OR k.value IS NOT NULL)
      """;

  private static final String ONE = ALL + " AND k.key = ?";

  private final Database database;
  private final RequestChecks checks;

  public KeyValueReads(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public Optional<KeyValue> read(String instanceId, String key) {
    String operation = "readKeyValue";
    checks.checkKey(operation, instanceId, key);
    return Optional.ofNullable(read(operation, instanceId, key).get(key));
  }

  @Override
  public Map<String, KeyValue> readAll(String instanceId) {
    String operation = "readKeyValues";
    checks.checkInstanceId(operation, instanceId);
    return read(operation, instanceId, null);
  }

  private Map<String, KeyValue> read(String operation, String instanceId, @Nullable String key) {
    return database.read(
        operation,
        key == null ? ALL : ONE,
        (connection, statement) -> {
          statement.setString(1, instanceId);
          if (key != null) {
            statement.setString(2, key);
          }
          Map<String, KeyValue> values = new HashMap<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              values.put(rows.getString(1), value(operation, instanceId, rows, 1, 2, 3));
            }
          }
          return Map.copyOf(values);
        });
  }

  /** Reads a value from a row, given where its columns are. */
  static KeyValue value(
      String operation, String instanceId, ResultSet row, int key, int setAt, int value)
      throws SQLException {
    return Decoding.decode(
        operation,
        instanceId,
        "the value of key " + row.getString(key),
        () -> new KeyValue(Decoding.payload(row, value), StoreTime.fromMicros(row.getLong(setAt))));
  }
}
