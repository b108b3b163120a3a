// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.Identifiers;
import org.jspecify.annotations.Nullable;

/**
 * How a child is started. Immutable.
 *
 * @param instanceId the child's id, null for one that is made of the parent's
 * @param outlives whether the child goes on when its parent ends, is cancelled or is terminated;
 *     otherwise it is asked to cancel, or terminated, with it. Its parent may await it in either
 *     case, and cancel it by cancelling the future
 */
public record ChildOptions(@Nullable String instanceId, boolean outlives) {

  private static final ChildOptions DEFAULTS = new ChildOptions(null, false);

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException when it is not well formed
   */
  public ChildOptions {
    if (instanceId != null) {
      Identifiers.checked("child's id", instanceId);
    }
  }

  /** {@return a child with an id that is made of the parent's, which ends with its parent} */
  public static ChildOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these options with another id.
   *
   * @param instanceId the child's id, null for one that is made of the parent's
   * @return new options
   * @throws IllegalArgumentException when it is not well formed
   */
  public ChildOptions withInstanceId(@Nullable String instanceId) {
    return new ChildOptions(instanceId, outlives);
  }

  /** {@return these options for a child that goes on without its parent} */
  public ChildOptions outlivingItsParent() {
    return new ChildOptions(instanceId, true);
  }
}
