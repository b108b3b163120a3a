// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks how long something stays. */
final class Times {

  private Times() {}

  static void check(@Nullable Duration after) {
    if (after != null && after.isNegative()) {
      throw new IllegalArgumentException("the time is " + after + "; it starts at zero");
    }
  }
}
