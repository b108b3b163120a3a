// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which former executions of running instances go: of those that continue as new.
 *
 * @param name the orchestration, null for any
 * @param keepLast how many of the newest executions stay in any case, the current one included;
 *     from 1
 * @param after how long after its end another one goes; null for at once
 */
public record ExecutionRule(@Nullable String name, int keepLast, @Nullable Duration after) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when a number or time is out of range
   */
  public ExecutionRule {
    if (keepLast < 1) {
      throw new IllegalArgumentException("keepLast is " + keepLast + "; it starts at 1");
    }
    Times.check(after);
  }
}
