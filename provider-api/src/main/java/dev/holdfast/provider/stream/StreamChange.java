// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Change;
import org.jspecify.annotations.Nullable;

/**
 * A change of a stream, of its snapshots or of a projection. Each kind needs a feature of its own.
 * Immutable.
 */
public sealed interface StreamChange extends Change
    permits AppendEvents, PutSnapshot, UpdateProjection {

  /** {@return null: it names no run and no instance} */
  @Override
  default @Nullable String runId() {
    return null;
  }
}
