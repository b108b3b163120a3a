// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import java.util.List;
import java.util.Optional;

/** A directory in which tests make database files by opening them. */
record H2StorePlace(Directory directory) implements StorePlace {

  @Override
  public ProviderConfig config(String name) {
    return ProviderConfig.url("h2:" + directory.path() + "/" + name).build();
  }

  @Override
  public List<String> contents() {
    return directory.contents();
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    return Optional.of(H2TestStore.crashTarget(config(name)));
  }

  @Override
  public Optional<SchemaBox> schemaBox(String name) {
    return Optional.of(new H2SchemaBox(config(name)));
  }

  @Override
  public void close() {
    directory.remove();
  }
}
