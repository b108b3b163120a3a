// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.reference.ReferenceFactory;
import dev.holdfast.tck.reference.ReferenceProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The reference provider on a clock that runs and can be moved, as that of a database server would
 * be.
 */
public final class RunningClockFixture implements TckFixture {

  private static final AtomicLong STORES = new AtomicLong();

  /** Created by name. */
  public RunningClockFixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity(ReferenceProvider.ID, ReferenceProvider.VERSION);
  }

  @Override
  public TestStore freshStore(String purpose) {
    RunningClock clock = new RunningClock();
    ProviderConfig config =
        ProviderConfig.url("reference:running-" + STORES.incrementAndGet())
            .clock(clock::now)
            .build();
    return new TestStore() {
      @Override
      public Provider open() {
        return new ReferenceFactory().open(config);
      }

      @Override
      public Optional<TimeControl> timeControl() {
        return Optional.of(clock);
      }

      @Override
      public void close() {
        // The store ends with the JVM.
      }
    };
  }

  private static final class RunningClock implements TimeControl {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant now() {
      return Instant.now().plus(ahead.get());
    }

    @Override
    public void advance(Duration by) {
      ahead.updateAndGet(before -> before.plus(by));
    }

    @Override
    public boolean standsStill() {
      return false;
    }
  }
}
