// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

import java.util.concurrent.ThreadFactory;

/** Which threads the callers of a closed loop are. */
public enum ThreadChoice {
  /** Platform threads below 64 callers, virtual ones from there. */
  AUTO,
  /** Always platform threads. */
  PLATFORM,
  /** Always virtual threads. */
  VIRTUAL;

  private static final int MANY = 64;

  /** Makes the threads for so many callers. */
  ThreadFactory forCallers(int callers) {
    boolean virtual = this == VIRTUAL || (this == AUTO && callers >= MANY);
    return virtual
        ? Thread.ofVirtual().name("caller-", 0).factory()
        : Thread.ofPlatform().daemon().name("caller-", 0).factory();
  }
}
