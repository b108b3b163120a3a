// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import org.jspecify.annotations.Nullable;

/**
 * Whether anything may still begin in a part of a run: not where, or around where, something has
 * failed.
 */
final class Stop {

  private final @Nullable Stop around;
  private boolean failing;

  Stop(@Nullable Stop around) {
    this.around = around;
  }

  void fail() {
    failing = true;
  }

  /** Whether something has failed in this very part. */
  boolean isFailing() {
    return failing;
  }

  boolean isStopped() {
    return failing || (around != null && around.isStopped());
  }
}
