// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.fixture.TimeControl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still at the moment of its making until it is moved. */
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
    now.updateAndGet(instant -> instant.plus(by));
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public Optional<SetBack> setBack() {
    return Optional.of(step -> now.updateAndGet(instant -> instant.minus(step)));
  }
}
