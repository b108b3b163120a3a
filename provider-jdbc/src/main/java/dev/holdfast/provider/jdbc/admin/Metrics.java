// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.StoreMetrics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Adds up the counts of a store, which come by status (ADMIN-19). Stateless. */
final class Metrics {

  private Metrics() {}

  /** Reads a status with its instances, and the counts that every row has. */
  static StoreMetrics part(ResultSet row) throws SQLException {
    String status = row.getString(1);
    long instances = row.getLong(2);
    return new StoreMetrics(
        instances,
        row.getLong(3),
        row.getLong(4),
        status == null
            ? Map.of()
            : Map.of(Rows.status("metrics", "of the list", status), instances));
  }

  static StoreMetrics sum(List<StoreMetrics> parts) {
    Map<ExecutionStatus, Long> byStatus = new EnumMap<>(ExecutionStatus.class);
    parts.forEach(part -> byStatus.putAll(part.instancesByStatus()));
    StoreMetrics first = parts.get(0);
    return new StoreMetrics(
        byStatus.values().stream().mapToLong(Long::longValue).sum(),
        first.executions(),
        first.events(),
        byStatus);
  }
}
