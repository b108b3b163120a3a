// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.FixturePart;
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

  /** A database that is open elsewhere: the lock of its file is held. */
  @Override
  public Optional<ProviderConfig> unreachable() {
    return Optional.of(H2Switch.heldElsewhere(Directory.fresh("unreachable")));
  }

  @Override
  public Optional<String> whyImpossible(FixturePart part, String detail) {
    return switch (part) {
      case OTHER_PROCESS -> Optional.of("H2 locks the file for the process that opened it");
      case CLIENT_CLOCK -> Optional.of("the clock of the configuration is the store's clock");
      case CONFIG -> Optional.of("a file is opened by its URL; a DataSource leads to a server");
      case LESSER_USER ->
          Optional.of("whoever can open the file owns the store; it knows no users");
      case SCHEMA_BOX -> Optional.of("the schema has one version so far");
      default -> Optional.empty();
    };
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
