// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes one database file per store, in a directory of its own. Thread-safe. */
public final class H2Fixture implements TckFixture {

  /** Created by {@link java.util.ServiceLoader}. */
  public H2Fixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity("h2", "0.1.0");
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new H2TestStore(Directory.fresh(purpose));
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    return Optional.of(new H2StorePlace(Directory.fresh(purpose)));
  }

  @Override
  public Map<String, String> illegalOptions() {
    return Map.of("connections", "0", "sync", "sometimes");
  }

  @Override
  public Optional<List<String>> leftOvers() {
    return Optional.of(Directory.leftOvers());
  }
}
