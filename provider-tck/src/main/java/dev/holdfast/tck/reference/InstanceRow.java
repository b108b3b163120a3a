// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionMetadata;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row of an instance, born at the first ack that names it.
 *
 * @param name the orchestration's name
 * @param version its version
 * @param parent the parent's instance id
 * @param createdAt when it was born
 * @param updatedAt when the last ack was applied
 * @param corrupt whether the white box has damaged it
 */
record InstanceRow(
    String name,
    @Nullable String version,
    @Nullable String parent,
    Instant createdAt,
    Instant updatedAt,
    boolean corrupt) {

  /** The row after an ack; null when there was none and the ack does not name the instance. */
  static @Nullable InstanceRow after(
      @Nullable InstanceRow row, ExecutionMetadata metadata, Instant now) {
    String name = metadata.name();
    if (row == null) {
      return name == null ? null : born(name, metadata, now);
    }
    return new InstanceRow(
        name == null ? row.name : name,
        metadata.version() == null ? row.version : metadata.version(),
        row.parent,
        row.createdAt,
        now,
        row.corrupt);
  }

  private static InstanceRow born(String name, ExecutionMetadata metadata, Instant now) {
    return new InstanceRow(name, metadata.version(), metadata.parentInstanceId(), now, now, false);
  }

  InstanceRow damaged() {
    return new InstanceRow(name, version, parent, createdAt, updatedAt, true);
  }
}
