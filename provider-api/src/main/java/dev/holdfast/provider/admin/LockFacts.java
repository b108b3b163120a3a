// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import java.time.Instant;
import java.util.Objects;

/**
 * A live lock of an instance or activity (ADMIN-24, ADMIN-26).
 *
 * @param until its end, which a renewal moves
 * @param holder what the store knows of the process that holds it
 */
public record LockFacts(Instant until, Holder holder) {

  /** Checks the parts. */
  public LockFacts {
    Objects.requireNonNull(until, "until");
    Objects.requireNonNull(holder, "holder");
  }

  /** What a store knows of the process that holds a lock. */
  public enum Holder {
    /** The store sees that the process, or one handle of it, is there. */
    LIVING,
    /**
     * The store sees no process that could still hold the lock: it has died or has closed its
     * handle. The lock goes on until its end, or until the store ends it early (CRASH-04).
     */
    GONE,
    /** The store keeps no account of who holds the lock, or cannot tell. */
    UNKNOWN
  }
}
