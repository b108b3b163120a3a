// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

/** Tells a shortage of memory from other failures, also where a provider has wrapped it. */
public final class Memory {

  private static final int MAX_DEPTH = 16;

  private Memory() {}

  /** {@return whether it was thrown because memory is short} */
  public static boolean isShort(Throwable error) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      if (at instanceof OutOfMemoryError) {
        return true;
      }
      at = SafeThrowable.cause(at);
    }
    return false;
  }
}
