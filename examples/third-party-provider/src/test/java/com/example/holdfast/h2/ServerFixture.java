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

/**
 * Stores on a server, which many processes share; what a fixture for any server has to solve is
 * solved here with H2's. Thread-safe.
 */
public final class ServerFixture implements TckFixture {

  /** Created by the kit, by name. */
  public ServerFixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity("h2", "0.1.0");
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new ServerTestStore();
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    return Optional.of(new ServerPlace());
  }

  /** A port at which nobody listens. */
  @Override
  public Optional<ProviderConfig> unreachable() {
    Relay closed = new Relay(0);
    closed.close();
    return Optional.of(
        ProviderConfig.url("h2:tcp://localhost:%d/nobody".formatted(closed.port())).build());
  }

  @Override
  public Optional<String> whyImpossible(FixturePart part, String detail) {
    return part == FixturePart.SCHEMA_BOX
        ? Optional.of("the schema has one version so far")
        : Optional.empty();
  }

  @Override
  public Map<String, String> illegalOptions() {
    return Map.of("connections", "0", "sync", "sometimes", "schema", "no name");
  }

  /** Rules mostly wait for the server and for real time. */
  @Override
  public int storesAtOnce() {
    return 4;
  }

  @Override
  public Optional<List<String>> leftOvers() {
    return Optional.of(H2Server.running().leftOvers());
  }
}
