// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TestStore;
import java.util.Optional;

/**
 * One store of a place.
 *
 * @param place the place
 * @param name the store's name
 */
record StoreInPlace(StorePlace place, String name) implements TestStore {

  @Override
  public Provider open() {
    return Providers.open(place.config(name));
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return place.crashTarget(name);
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(place.config(name));
  }

  @Override
  public void close() {
    // It goes with its place.
  }
}
