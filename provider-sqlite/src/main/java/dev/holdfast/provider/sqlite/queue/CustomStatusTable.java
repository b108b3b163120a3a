// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import dev.holdfast.provider.sqlite.store.Session;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values that instances show to the outside. */
public final class CustomStatusTable {

  private static final String CHANGE =
      """
      INSERT INTO holdfast_custom_status AS s (instance_key, value, version) VALUES (?, ?, 1)
      ON CONFLICT (instance_key) DO UPDATE SET value = excluded.value, version = s.version + 1
      """;

  private static final String READ =
      """
      SELECT s.value, s.version
        FROM holdfast_instance i
        JOIN holdfast_custom_status s ON s.instance_key = i.instance_key
       WHERE i.instance_id = ? AND s.version > ?
      """;

  private CustomStatusTable() {}

  /** Sets or clears it, if the metadata says so. */
  static void change(Session session, InstanceRow instance, ExecutionMetadata metadata)
      throws SQLException {
    switch (metadata.customStatus()) {
      case CustomStatusChange.Keep keep -> {}
      case CustomStatusChange.Set(Payload value) -> write(session, instance, value);
      case CustomStatusChange.Clear clear -> write(session, instance, null);
    }
  }

  private static void write(Session session, InstanceRow instance, @Nullable Payload value)
      throws SQLException {
    session.update(CHANGE, instance.key(), Rows.bytesOrNull(value));
  }

  /** Reads what is newer than a version (STATUS-06). */
  public static Optional<Reading> read(Session session, String instanceId, long lastSeenVersion)
      throws SQLException {
    return Optional.ofNullable(
        session.first(
            READ,
            row -> {
              byte[] value = row.getBytes(1);
              return new Reading(value == null ? null : Payload.of(value), row.getLong(2));
            },
            instanceId,
            lastSeenVersion));
  }
}
