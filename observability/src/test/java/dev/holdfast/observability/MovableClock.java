// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The system's time, and as much more as a test says. */
final class MovableClock implements InstantSource {

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead.get());
  }

  void advance(Duration by) {
    ahead.updateAndGet(before -> before.plus(by));
  }
}
