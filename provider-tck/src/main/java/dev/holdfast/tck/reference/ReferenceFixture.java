// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import java.util.Optional;

/**
 * The fixture of the reference provider: a clock that stands still and a white box. Thread-safe.
 */
public final class ReferenceFixture implements TckFixture {

  /** Created by {@link java.util.ServiceLoader}, or by name. */
  public ReferenceFixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity(ReferenceProvider.ID, ReferenceProvider.VERSION);
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new InMemory();
  }

  private static final class InMemory implements TestStore {

    private final StandingClock clock = new StandingClock();
    private final ReferenceStore store = new ReferenceStore(clock);

    InMemory() {
      clock.onMove(store::wakeUp);
    }

    @Override
    public Provider open() {
      return new ReferenceProvider(store);
    }

    @Override
    public Optional<TimeControl> timeControl() {
      return Optional.of(clock);
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return Optional.of(new ReferenceWhiteBox(store));
    }

    @Override
    public void close() {
      // Nothing outlives the object.
    }
  }
}
