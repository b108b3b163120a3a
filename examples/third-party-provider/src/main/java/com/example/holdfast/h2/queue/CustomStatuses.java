// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import java.sql.SQLException;
import java.util.Optional;

/** What instances show to the outside. Stateless. */
public final class CustomStatuses {

  private CustomStatuses() {}

  /** Does what an ack says of it. The row stays when it is cleared, so that the version goes on. */
  static void change(Tx tx, String instanceId, CustomStatusChange change) throws SQLException {
    switch (change) {
      case CustomStatusChange.Keep keep -> {}
      case CustomStatusChange.Set(Payload value) -> write(tx, instanceId, value);
      case CustomStatusChange.Clear clear -> write(tx, instanceId, null);
    }
  }

  private static void write(Tx tx, String instanceId, Payload value) throws SQLException {
    int changed =
        tx.update(
            """
            UPDATE holdfast_custom_status SET content = ?, version = version + 1
             WHERE instance_id = ?
            """,
            value,
            instanceId);
    if (changed == 0) {
      tx.update("INSERT INTO holdfast_custom_status VALUES (?, ?, 1)", instanceId, value);
    }
  }

  /**
   * Reads what is newer than a version.
   *
   * @param tx the transaction, for reading
   * @param instanceId the instance
   * @param lastSeenVersion the version that the reader knows
   * @return empty when there is nothing newer
   * @throws SQLException when H2 fails
   */
  public static Optional<Reading> read(Tx tx, String instanceId, long lastSeenVersion)
      throws SQLException {
    return tx.first(
        """
        SELECT content, version FROM holdfast_custom_status WHERE instance_id = ? AND version > ?
        """,
        row -> new Reading(Stored.payload(row, "content"), row.getLong("version")),
        instanceId,
        lastSeenVersion);
  }
}
