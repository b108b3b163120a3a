// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** Versions of the runtime that executions are pinned to. Stateless. */
final class Pins {

  private Pins() {}

  /**
   * The condition on a row of an instance. Versions compare number by number, which rows of three
   * do; what a filter says are numbers only, so they stand in the statement.
   *
   * @param filter null for any instance
   */
  static String matches(VersionFilter filter) {
    if (filter == null) {
      return "TRUE";
    }
    // Whoever names no range gets nothing, not even what has no pin.
    return filter.ranges().isEmpty()
        ? "FALSE"
        : filter.ranges().stream()
            .map(Pins::contains)
            .collect(Collectors.joining(" OR ", "(pin_major IS NULL OR ", ")"));
  }

  private static String contains(VersionRange range) {
    return "((pin_major, pin_minor, pin_patch) >= %s AND (pin_major, pin_minor, pin_patch) <= %s)"
        .formatted(row(range.from()), row(range.to()));
  }

  private static String row(RuntimeVersion version) {
    return "(%d, %d, %d)".formatted(version.major(), version.minor(), version.patch());
  }

  /** Stores what an ack says of it. The pin is that of the greatest execution. */
  static void acked(Tx tx, Instances.Row row, long execution, ExecutionMetadata metadata)
      throws SQLException {
    boolean older = row.known() && execution < row.execution();
    boolean newer = !row.known() || execution > row.execution();
    // The next turn replays nothing of an execution that has continued as new.
    boolean free = metadata.status() == ExecutionStatus.CONTINUED_AS_NEW;
    RuntimeVersion pin = free ? null : metadata.runtimeVersion();
    if (older || !(free || newer || pin != null)) {
      return;
    }
    tx.update(
        """
        UPDATE holdfast_instance SET pin_major = ?, pin_minor = ?, pin_patch = ?
         WHERE instance_id = ?
        """,
        pin == null ? null : pin.major(),
        pin == null ? null : pin.minor(),
        pin == null ? null : pin.patch(),
        row.id());
  }
}
