// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.sqlite.store.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is stored under an instance id, whether the instance exists or not. Times in microseconds
 * since 1970.
 */
record InstanceRow(
    long key,
    String id,
    @Nullable String name,
    @Nullable String version,
    long updatedAt,
    long executionId,
    @Nullable Long readyAt,
    long readySeq,
    long holdUntil,
    long lockEpoch,
    long ackedEpoch,
    int deliveryCount,
    long batchUntil,
    long batchSeq,
    @Nullable String pin,
    boolean hasValues) {

  static final String COLUMNS =
      """
      instance_key, instance_id, name, version, updated_at, execution_id, ready_at, ready_seq,
      locked_until, lock_epoch, acked_epoch, delivery_count, batch_until, batch_seq, pin,
      has_values
      """;

  static InstanceRow read(ResultSet row) throws SQLException {
    return new InstanceRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        Session.nullableLong(row, 7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getInt(12),
        row.getLong(13),
        row.getLong(14),
        row.getString(15),
        row.getBoolean(16));
  }

  /** {@return a new row for an id that nothing was known of} */
  static InstanceRow unheardOf(long key, String id) {
    return new InstanceRow(key, id, null, null, 0, 0, null, 0, 0, 0, 0, 0, 0, 0, null, false);
  }

  /** {@return the place in the line of this instance, which must be in it} */
  Position position() {
    return new Position(Objects.requireNonNull(readyAt), readySeq);
  }

  /**
   * {@return whether a filter lets the current execution pass; null lets everything pass
   * (VERSION-09)}
   */
  boolean isReplayableBy(@Nullable VersionFilter versions) throws SQLException {
    return versions == null || versions.matches(pin == null ? null : Pins.decode(id, pin));
  }

  /** {@return whether the instance exists: it was acked with a name (CREATE-02)} */
  boolean born() {
    return name != null;
  }

  /**
   * {@return whether any of its executions was acked, so that messages to it are no orphans
   * (QUEUE-12)}
   */
  boolean known() {
    return executionId > 0;
  }

  /** {@return whether a worker holds the lock, live or expired} */
  boolean held() {
    return lockEpoch > 0;
  }

  /**
   * {@return whether a fetch should consider it: neither locked nor held back, and something is
   * due}
   */
  boolean isReady(long now) {
    return readyAt != null && readyAt <= now;
  }

  /**
   * {@return whether a token is that of a live lock; the boundary belongs to the next holder
   * (CLOCK-02)}
   */
  boolean isLive(long epoch, long now) {
    return lockEpoch == epoch && now < holdUntil;
  }
}
