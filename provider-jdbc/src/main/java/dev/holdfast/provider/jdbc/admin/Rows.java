// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows of instances and executions as values. Stateless. */
final class Rows {

  private static final byte[] NO_BYTES = {};

  private Rows() {}

  /** Reads the columns of {@link ListSql#COLUMNS}. */
  static InstanceSummary summary(String operation, ResultSet row) throws SQLException {
    String id = row.getString(1);
    return new InstanceSummary(
        id,
        row.getString(2),
        row.getString(3),
        row.getLong(4),
        status(operation, id, row.getString(5)),
        row.getString(6),
        StoreTime.fromMicros(row.getLong(7)),
        StoreTime.fromMicros(row.getLong(8)),
        moment(row, 9));
  }

  /**
   * Reads an execution.
   *
   * @param first the first of: number, status, whether it has an output, output, start, end, number
   *     of events
   */
  static ExecutionDetails execution(String operation, String instanceId, ResultSet row, int first)
      throws SQLException {
    return new ExecutionDetails(
        row.getLong(first),
        status(operation, instanceId, row.getString(first + 1)),
        payload(row, first + 2),
        StoreTime.fromMicros(row.getLong(first + 4)),
        moment(row, first + 5),
        pin(operation, instanceId, row.getString(first + 7)),
        row.getLong(first + 6));
  }

  /** Reads whether there is a payload, and the payload; drivers read an empty one as null. */
  static @Nullable Payload payload(ResultSet row, int first) throws SQLException {
    if (!row.getBoolean(first)) {
      return null;
    }
    byte[] bytes = row.getBytes(first + 1);
    return Payload.of(bytes == null ? NO_BYTES : bytes);
  }

  static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : StoreTime.fromMicros(micros);
  }

  /** Reads a version of a runtime, as it is written. */
  static @Nullable RuntimeVersion pin(
      String operation, String instanceId, @Nullable String stored) {
    if (stored == null) {
      return null;
    }
    try {
      return RuntimeVersion.parse(stored);
    } catch (InvalidRequest e) {
      throw new CorruptData(
          operation, instanceId, "the version that it is pinned to cannot be read: " + stored, e);
    }
  }

  static ExecutionStatus status(String operation, String instanceId, String stored) {
    for (ExecutionStatus status : ExecutionStatus.values()) {
      if (status.name().equals(stored)) {
        return status;
      }
    }
    throw new CorruptData(
        operation, instanceId, "the status of an execution cannot be read: " + stored, null);
  }
}
