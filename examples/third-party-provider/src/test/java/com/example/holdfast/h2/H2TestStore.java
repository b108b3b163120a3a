// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import java.util.Optional;

/**
 * One database file, with a clock that tests can move. There is no crash target: a child process
 * cannot open a file that this one has open.
 */
final class H2TestStore implements TestStore {

  private final Directory directory;
  private final MovableClock clock = new MovableClock();
  private final H2Switch storeSwitch;

  H2TestStore(Directory directory) {
    this.directory = directory;
    this.storeSwitch = new H2Switch(configuration(), directory.path().resolve("store.mv.db"));
  }

  @Override
  public Provider open() {
    return Providers.open(configuration());
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(configuration());
  }

  private ProviderConfig configuration() {
    return ProviderConfig.url("h2:" + directory.path().resolve("store")).clock(clock).build();
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return Optional.of(clock);
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return Optional.of(new H2WhiteBox(configuration()));
  }

  @Override
  public Optional<StoreSwitch> storeSwitch() {
    return Optional.of(storeSwitch);
  }

  @Override
  public void close() {
    directory.remove();
  }
}
