// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import java.util.concurrent.locks.LockSupport;

/** A moment between two things that a mutant does one after the other. Stateless. */
public final class Moment {

  /** Long enough for other threads to come between. */
  private static final long NANOS = 300_000;

  private Moment() {}

  /** Lets others come between. */
  public static void pass() {
    LockSupport.parkNanos(NANOS);
  }
}
