// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.tck.fixture.TimeControl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that begins at the system's time and moves only when it is told to. Thread-safe. */
public final class StandingClock implements InstantSource, TimeControl {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.MICROS));
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Creates a clock that shows the system's time of this moment. */
  public StandingClock() {}

  /**
   * Has something done after each move, such as waking up those who wait for a moment.
   *
   * @param listener what to do
   */
  public void onMove(Runnable listener) {
    listeners.add(listener);
  }

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
    listeners.forEach(Runnable::run);
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public Optional<SetBack> setBack() {
    return Optional.of(step -> {
      now.updateAndGet(instant -> instant.minus(step));
      listeners.forEach(Runnable::run);
    });
  }
}
