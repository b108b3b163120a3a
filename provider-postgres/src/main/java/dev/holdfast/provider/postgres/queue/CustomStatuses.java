// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.ResultSet;
import java.util.Optional;

/** Reads the values that instances show to the outside. Thread-safe. */
public final class CustomStatuses implements CustomStatus {

  private static final String OPERATION = "readCustomStatus";

  private static final String READ =
      """
      SELECT s.value, s.version
        FROM :schema.instance i
        JOIN :schema.custom_status s ON s.instance_key = i.instance_key
       WHERE i.instance_id = ? AND s.version > ?
      """;

  private final Database database;
  private final RequestChecks checks;

  public CustomStatuses(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public Optional<Reading> read(String instanceId, long lastSeenVersion) {
    checks.checkInstanceId(OPERATION, instanceId);
    checks.checkLastSeenVersion(OPERATION, lastSeenVersion);
    return database.read(
        OPERATION,
        READ,
        (connection, statement) -> {
          statement.setString(1, instanceId);
          statement.setLong(2, lastSeenVersion);
          try (ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
              return Optional.empty();
            }
            byte[] value = rows.getBytes(1);
            return Optional.of(
                new Reading(value == null ? null : Payload.of(value), rows.getLong(2)));
          }
        });
  }
}
