// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import org.jspecify.annotations.Nullable;

/**
 * Applies one change, as {@link dev.holdfast.provider.Changes#apply} does, for a call that has a
 * name of its own. Thread-safe.
 */
@FunctionalInterface
public interface ChangeApplier {

  /**
   * Checks the change and applies it.
   *
   * @param operation the SPI call, for errors
   * @param change the change
   * @param fence what has to be live, null for nothing
   * @return its result
   */
  ChangeResult apply(String operation, Change change, @Nullable Fence fence);

  /**
   * Checks the change and applies it without a fence.
   *
   * @param operation the SPI call, for errors
   * @param change the change
   * @return its result
   */
  default ChangeResult apply(String operation, Change change) {
    return apply(operation, change, null);
  }
}
