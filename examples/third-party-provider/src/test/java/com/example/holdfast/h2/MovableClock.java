// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.TimeControl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved; one per store, given to all its handles. */
final class MovableClock implements InstantSource, TimeControl {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.MICROS));

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public Instant now() {
    return now.get();
  }

  @Override
  public void advance(Duration by) {
    now.updateAndGet(before -> before.plus(by));
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public Optional<SetBack> setBack() {
    return Optional.of(step -> now.updateAndGet(before -> before.minus(step)));
  }
}
