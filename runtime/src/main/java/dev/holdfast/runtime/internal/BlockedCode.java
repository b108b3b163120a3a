// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import java.time.Duration;
import java.util.List;

/**
 * Receives reports of orchestration code that does not come back to the runtime: it is blocked, or
 * busy. Called by the watching thread; must be quick and thread-safe.
 */
public interface BlockedCode {

  /** Called when blocked code is noticed, and again after growing intervals while it lasts. */
  void blocked(Report report);

  /** Called once the code has come back after all, with the last report. */
  void cameBack(Report last);

  /**
   * What is known.
   *
   * @param instanceId the instance
   * @param executionId its execution
   * @param times how often it has been reported, from 1
   * @param lasting for how long the code has been away
   * @param engine the thread that waits for the code, and whose slot is taken by it
   * @param stack where the code is, innermost first
   */
  record Report(
      String instanceId,
      long executionId,
      int times,
      Duration lasting,
      Thread engine,
      List<StackTraceElement> stack) {}
}
