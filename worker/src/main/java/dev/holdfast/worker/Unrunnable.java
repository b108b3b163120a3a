// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

/**
 * What becomes of work that this worker cannot do although it is sound: no engine has its code, the
 * code does not fit what is stored, or that cannot be read.
 */
public enum Unrunnable {
  /** It waits, uncounted and with a problem that the store shows, until a worker can do it. */
  RELEASE,
  /**
   * Its deliveries count, and after too many the engine that has its code ends it; the engine that
   * was added first ends work that no engine has the code of.
   */
  FAIL
}
