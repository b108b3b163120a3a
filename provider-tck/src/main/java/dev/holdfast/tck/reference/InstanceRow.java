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
    if (row == null) {
      return metadata.name().map(name -> born(name, metadata, now)).orElse(null);
    }
    return new InstanceRow(
        metadata.name().orElse(row.name),
        metadata.version().isPresent() ? metadata.version().get() : row.version,
        row.parent,
        row.createdAt,
        now,
        row.corrupt);
  }

  private static InstanceRow born(String name, ExecutionMetadata metadata, Instant now) {
    return new InstanceRow(
        name,
        metadata.version().orElse(null),
        metadata.parentInstanceId().orElse(null),
        now,
        now,
        false);
  }

  InstanceRow damaged() {
    return new InstanceRow(name, version, parent, createdAt, updatedAt, true);
  }
}
