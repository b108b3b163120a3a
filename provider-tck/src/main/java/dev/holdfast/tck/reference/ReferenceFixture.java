// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * The fixture of the reference provider: a clock that stands still and a white box. Thread-safe.
 */
public final class ReferenceFixture implements TckFixture {

  private static final AtomicLong FIXTURES = new AtomicLong();

  private final ReferenceFactory factory = new ReferenceFactory();
  private final String prefix = "reference:tck-" + FIXTURES.incrementAndGet() + "-";
  private final AtomicLong stores = new AtomicLong();

  private final UnaryOperator<InstantSource> asSeen;

  /** Created by {@link java.util.ServiceLoader}, or by name. */
  public ReferenceFixture() {
    this(UnaryOperator.identity());
  }

  /**
   * A fixture of stores that read their clock in another way, to break them.
   *
   * @param asSeen the clock as a store sees it, given the right one
   */
  public ReferenceFixture(UnaryOperator<InstantSource> asSeen) {
    this.asSeen = asSeen;
  }

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity(ReferenceProvider.ID, ReferenceProvider.VERSION);
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new InMemory(prefix + stores.incrementAndGet() + "-" + purpose);
  }

  private final class InMemory implements TestStore {

    private final String location;
    private final StandingClock clock = new StandingClock();
    private final ProviderConfig config;
    private final ReferenceStore store;

    InMemory(String location) {
      this.location = location;
      config = ProviderConfig.url(location).clock(asSeen.apply(clock)).build();
      factory.open(config).close();
      store = ReferenceFactory.store(location);
      clock.onMove(store::wakeUp);
    }

    @Override
    public Provider open() {
      return factory.open(config);
    }

    @Override
    public Optional<TimeControl> timeControl() {
      return Optional.of(clock);
    }

    @Override
    public Optional<CommitHold> commitHold() {
      return Optional.of(store.commitHold);
    }

    @Override
    public Optional<WriterHold> writerHold() {
      return Optional.of(instanceId -> store.held());
    }

    @Override
    public Optional<StoreSwitch> auditSwitch() {
      return Optional.of(
          new StoreSwitch() {
            @Override
            public void stop() {
              store.failAudit(true);
            }

            @Override
            public void start() {
              store.failAudit(false);
            }
          });
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return Optional.of(new ReferenceWhiteBox(store));
    }

    @Override
    public void close() {
      ReferenceFactory.remove(location);
    }
  }
}
