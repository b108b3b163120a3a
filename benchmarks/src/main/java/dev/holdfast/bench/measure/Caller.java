// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

/** What one thread of a closed loop does again and again. Used by one thread. */
@FunctionalInterface
public interface Caller {

  /**
   * Does one step, which ends soon.
   *
   * @return how many units of work the step finished, zero or more
   */
  int step() throws Exception;
}
