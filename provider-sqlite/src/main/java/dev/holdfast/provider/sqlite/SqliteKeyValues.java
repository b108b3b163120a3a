// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.sqlite.queue.KeyValueTable;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.util.Map;
import java.util.Optional;

/** The key-values of instances, as clients see them. Thread-safe. */
final class SqliteKeyValues implements KeyValues {

  private final Database database;
  private final RequestChecks checks;

  SqliteKeyValues(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public Optional<KeyValue> read(String instanceId, String key) {
    String operation = "readKeyValue";
    checks.checkKey(operation, instanceId, key);
    return database.read(
        operation, session -> KeyValueTable.read(session, operation, instanceId, key));
  }

  @Override
  public Map<String, KeyValue> readAll(String instanceId) {
    String operation = "readKeyValues";
    checks.checkInstanceId(operation, instanceId);
    return database.read(operation, session -> KeyValueTable.read(session, operation, instanceId));
  }
}
