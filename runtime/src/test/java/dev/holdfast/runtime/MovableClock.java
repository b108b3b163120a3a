// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The system's time and a little more, so that waiting for a timer takes no time. */
final class MovableClock implements InstantSource {

  private volatile InstantSource base = InstantSource.system();
  private volatile boolean frozen;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  @Override
  public Instant instant() {
    return base.instant().plus(ahead.get());
  }

  /** Lets time pass by {@link #advance} only, so that a slow machine changes nothing. */
  void freeze() {
    frozen = true;
    base = InstantSource.fixed(base.instant());
  }

  boolean isFrozen() {
    return frozen;
  }

  void advance(Duration by) {
    ahead.updateAndGet(before -> before.plus(by));
  }
}
